/** A string, a structural character, or anything else up to the next of those, such as a number of any size. */
const TOKEN = /"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g

/**
 * Lays out JSON text over lines without reading its numbers, so that each stays exactly as written. Text that is not JSON
 * comes back as it is.
 */
export function prettyJson(json: string): string {
  if (!isJson(json)) return json
  const tokens = json.match(TOKEN) ?? []
  let depth = 0
  let text = ''
  const line = () => `\n${'  '.repeat(depth)}`
  for (const [index, token] of tokens.entries()) {
    const before = tokens[index - 1]
    if (token === '{' || token === '[') {
      depth += 1
      text += token
      const after = tokens[index + 1]
      if (after !== '}' && after !== ']') text += line()
    } else if (token === '}' || token === ']') {
      depth -= 1
      text += before === '{' || before === '[' ? token : line() + token
    } else if (token === ',') text += token + line()
    else text += token === ':' ? ': ' : token
  }
  return text
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
