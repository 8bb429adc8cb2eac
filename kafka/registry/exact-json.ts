// TypeScript's own declarations have neither yet. https://tc39.es/proposal-json-parse-with-source/
const { rawJSON } = JSON as unknown as { rawJSON(text: string): object }
const parse = JSON.parse as (
  text: string,
  reviver: (name: string, value: unknown, context: { readonly source?: string }) => unknown,
) => unknown

/**
 * JSON as it was written, on one line: without the blanks between its tokens and with everything else, such as numbers of
 * any length, 1.0, -0, and a name that comes twice.
 * @throws SyntaxError where it is no JSON
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

/** Where the string ends that begins at a quote: behind its closing quote, the first that no backslash escapes. */
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
 * Parses JSON so that `exactJson` writes each number as it was read: one that a double does not hold as it was written
 * is an object that only JSON.stringify understands.
 * @throws SyntaxError where it is no JSON
 */
export function parseExactly(text: string): unknown {
  return parse(text, (_, value, { source }) =>
    typeof value === 'number' && source !== undefined && String(value) !== source ? rawJSON(source) : value,
  )
}

/**
 * A value as JSON in which each number is exact: a bigint is a number, -0 stays -0, and what JSON has no number for is
 * its name, as in Avro's JSON encoding.
 */
export function exactJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) => {
    if (typeof part === 'bigint') return rawJSON(String(part))
    if (typeof part !== 'number') return part
    if (Object.is(part, -0)) return rawJSON('-0')
    return Number.isFinite(part) ? part : String(part)
  })
}
