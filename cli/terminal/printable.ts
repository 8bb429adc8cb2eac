/** Characters that could control a terminal or change the order in which a line is displayed. */
const UNSAFE_CHARACTERS = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu

/** A fast path: most text is printable ASCII, which needs no lookup of character properties. */
const ASCII = /^[ -~]*$/

/** Untrusted text made safe for a terminal: unsafe characters are shown as escapes such as `\x1b`. */
export function printable(text: string): string {
  if (ASCII.test(text)) return text
  return text.replace(UNSAFE_CHARACTERS, (one) => {
    const code = one.charCodeAt(0).toString(16)
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`
  })
}

/** JSON that is safe for a terminal: unsafe characters are escaped, which does not change the parsed value. */
export function printableJson(value: unknown): string {
  return escapedJson(JSON.stringify(value))
}

/** Escapes the unsafe characters of a text that is already JSON. */
export function escapedJson(json: string): string {
  if (ASCII.test(json)) return json
  return json.replace(UNSAFE_CHARACTERS, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Bytes as text if they are valid UTF-8, otherwise as base64. */
export function textOrBase64(bytes: Buffer): { text: string } | { base64: string } {
  try {
    return { text: utf8.decode(bytes) }
  } catch {
    return { base64: bytes.toString('base64') }
  }
}

/** Bytes as one string: the text if they are valid UTF-8, otherwise `base64:` followed by their base64. */
export function bytesText(bytes: Buffer): string {
  const content = textOrBase64(bytes)
  return 'text' in content ? content.text : `base64:${content.base64}`
}
