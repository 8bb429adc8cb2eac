const SIZE = 2 ** 12
const LONGEST = 64

/**
 * Texts that were cut out of bytes of ASCII before: names and addresses come again and again, and to make a text costs more
 * than to find it. It holds a bounded number, and forgets one where another comes in its place.
 */
export class StringCache {
  readonly #texts: string[] = new Array(SIZE).fill('')

  textOf(bytes: Buffer, from: number, end: number): string {
    if (end - from > LONGEST) return bytes.toString('latin1', from, end)
    let hash = 0
    for (let at = from; at < end; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0
    const place = (hash ^ (hash >>> 12)) & (SIZE - 1)
    const known = this.#texts[place] as string
    if (isText(bytes, from, end, known)) return known
    const text = bytes.toString('latin1', from, end)
    this.#texts[place] = text
    return text
  }
}

/** Whether bytes say a text of ASCII. */
export function isText(bytes: Uint8Array, from: number, end: number, text: string): boolean {
  if (text.length !== end - from) return false
  for (let at = 0; at < text.length; at += 1) if (bytes[from + at] !== text.charCodeAt(at)) return false
  return true
}
