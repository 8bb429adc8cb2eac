/** What could steer a terminal, or show a line's characters in another order than they are in. */
const UNSAFE_CHARACTERS = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/gu

/** Most text is, and it is told so faster than its characters' properties are looked up. */
const ASCII = /^[ -~]*$/

/** Untrusted text for a terminal: what could steer it is shown, not sent. */
export function printable(text: string): string {
  if (ASCII.test(text)) return text
  return text.replace(UNSAFE_CHARACTERS, (one) => {
    const code = one.charCodeAt(0).toString(16)
    return code.length <= 2 ? `\\x${code.padStart(2, '0')}` : `\\u${code.padStart(4, '0')}`
  })
}

/** JSON in which every such character is escaped, which changes nothing of what it says. JSON itself escapes some. */
export function printableJson(value: unknown): string {
  return escapedJson(JSON.stringify(value))
}

/** The same of a text that is JSON already. */
export function escapedJson(json: string): string {
  if (ASCII.test(json)) return json
  return json.replace(UNSAFE_CHARACTERS, (one) => `\\u${one.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Bytes as the text that they are, or else in base 64. */
export function textOrBase64(bytes: Buffer): { text: string } | { base64: string } {
  try {
    return { text: utf8.decode(bytes) }
  } catch {
    return { base64: bytes.toString('base64') }
  }
}

/** Bytes as one text: what they say, or `base64:` and their base 64 where they are no UTF-8. */
export function bytesText(bytes: Buffer): string {
  const content = textOrBase64(bytes)
  return 'text' in content ? content.text : `base64:${content.base64}`
}
