/** The largest response that is read. Expected responses have some kilobytes. */
const MOST_BYTES = 16 * 2 ** 20

/** The deepest nesting of arrays and objects that is parsed. */
const MOST_DEPTH = 200

/**
 * The body of a response as text. The request's own signal limits the time.
 * @throws Error if the body is longer than 16 MiB
 */
export async function boundedText(response: Response): Promise<string> {
  const parts: Uint8Array[] = []
  let bytes = 0
  for await (const part of response.body ?? []) {
    bytes += part.length
    // Leaving the loop closes the connection.
    if (bytes > MOST_BYTES) throw new Error(`the answer is longer than ${MOST_BYTES / 2 ** 20} MiB`)
    parts.push(part)
  }
  return new TextDecoder().decode(Buffer.concat(parts))
}

/**
 * Parses JSON of another program. Returns undefined if the text is not JSON, or is nested so deeply that walking the value
 * could overflow the stack.
 * @param parse the parser, JSON.parse by default
 */
export function boundedJson(text: string, parse: (text: string) => unknown = JSON.parse): unknown {
  try {
    return depthOf(text) > MOST_DEPTH ? undefined : parse(text)
  } catch {
    return undefined
  }
}

function depthOf(text: string): number {
  let depth = 0
  let deepest = 0
  let inString = false
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at]
    if (inString) {
      if (character === '\\') at += 1
      else if (character === '"') inString = false
    } else if (character === '"') inString = true
    else if (character === '[' || character === '{') {
      depth += 1
      deepest = Math.max(deepest, depth)
    } else if (character === ']' || character === '}') depth -= 1
  }
  return deepest
}
