/** Control characters, marks of direction, and other characters that are invisible or change what stands around them. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cn}\p{Cs}]/gu
/** Joins the parts of one emoji, and of letters in several scripts. */
const JOINERS = new Set(['\u200c', '\u200d'])

/**
 * Text of strangers, made safe to look at: what is invisible or would reorder the text is an escape such as `\n`, `\u202e`.
 * @param keepLines whether line ends and tabs stay as they are
 */
export function visibleText(text: string, keepLines = false): string {
  return text.replace(INVISIBLE, (character) => {
    if (JOINERS.has(character)) return character
    if (keepLines && (character === '\n' || character === '\t')) return character
    return NAMED[character] ?? escapeOf(character.codePointAt(0) ?? 0)
  })
}

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\0': '\\0' }

function escapeOf(code: number): string {
  const digits = code.toString(16)
  return code > 0xffff ? `\\u{${digits}}` : `\\u${digits.padStart(4, '0')}`
}
