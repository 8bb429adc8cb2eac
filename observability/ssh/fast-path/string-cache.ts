const SIZE = 2 ** 12
const LONGEST = 64

/**
 * A cache of strings decoded from ASCII bytes. User names and addresses recur, and finding a string is cheaper than making
 * it. Direct-mapped, so that its size is fixed: a new string replaces the one in its slot.
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

/** Whether the bytes are this ASCII text. */
export function isText(bytes: Uint8Array, from: number, end: number, text: string): boolean {
  if (text.length !== end - from) return false
  for (let at = 0; at < text.length; at += 1) if (bytes[from + at] !== text.charCodeAt(at)) return false
  return true
}
