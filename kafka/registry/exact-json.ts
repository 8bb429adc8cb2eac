// TypeScript does not declare these functions yet. https://tc39.es/proposal-json-parse-with-source/
const { rawJSON } = JSON as unknown as { rawJSON(text: string): object }
const parse = JSON.parse as (
  text: string,
  reviver: (name: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown

/**
 * JSON on one line: without the blanks between tokens, and otherwise unchanged, including numbers of any length, 1.0, -0, and
 * repeated names.
 * @throws SyntaxError if the text is not JSON
 */
export function compactJson(text: string): string {
  JSON.parse(text)
  let compact = ''
  for (let at = 0; at < text.length; ) {
    const open = text.indexOf('"', at)
    const between = text.slice(at, open < 0 ? text.length : open)
    compact += between.replace(/[ \t\r\n]+/g, '')
    if (open < 0) break
    at = stringEnd(text, open)
    compact += text.slice(open, at)
  }
  return compact
}

/** The index after a string that begins at a quote: after the first quote that no backslash escapes. */
function stringEnd(text: string, open: number): number {
  for (let at = open + 1; ; ) {
    const quote = text.indexOf('"', at)
    let escapes = 0
    while (text[quote - 1 - escapes] === '\\') escapes += 1
    at = quote + 1
    if (escapes % 2 === 0) return at
  }
}

/**
 * Parses JSON so that `exactJson` writes each number as it was read. A number that a double cannot hold exactly becomes an
 * object that only JSON.stringify understands.
 * @throws SyntaxError if the text is not JSON
 */
export function parseExactly(text: string): unknown {
  return parse(text, (_, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source ? rawJSON(source) : value,
  )
}

/**
 * A value as JSON with exact numbers: a bigint is a number, -0 stays -0, and NaN and the infinities are their names, as in
 * Avro's JSON encoding.
 */
export function exactJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return rawJSON(String(part))
    if (typeof part !== 'number') return part
    if (Object.is(part, -0)) return rawJSON('-0')
    return Number.isFinite(part) ? part : String(part)
  })
}
