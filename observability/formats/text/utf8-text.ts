import { TextDecoder } from 'node:util'

/** How many bytes identify an encoding: two characters of UTF-16. */
const MARK_BYTES = 4
const UTF8_MARK = 'efbbbf'

/**
 * Converts the chunks of a text to UTF-8 without a byte order mark. UTF-16, as Windows shells write it, is recognized by its
 * mark or by the zero bytes of two ASCII characters. Chunks of UTF-8 are returned as they are.
 */
export class Utf8Text {
  /** The beginning, until it is long enough to identify the encoding; undefined after that. */
  #head: Buffer | undefined = Buffer.alloc(0)
  #decoder: TextDecoder | undefined

  push(chunk: Buffer): Buffer {
    if (this.#head === undefined) return this.#decoded(chunk)
    const head = this.#head.length === 0 ? chunk : Buffer.concat([this.#head, chunk])
    if (head.length < MARK_BYTES) {
      this.#head = Buffer.from(head)
      return Buffer.alloc(0)
    }
    return this.#begin(head)
  }

  /** The rest of the text. */
  end(): Buffer {
    const head = this.#head === undefined ? Buffer.alloc(0) : this.#begin(this.#head)
    if (!this.#decoder) return head
    return Buffer.concat([head, Buffer.from(this.#decoder.decode())])
  }

  #begin(head: Buffer): Buffer {
    this.#head = undefined
    const encoding = utf16Of(head)
    // The decoder removes the mark.
    if (encoding !== undefined) this.#decoder = new TextDecoder(encoding)
    const isMarked = head.toString('hex', 0, 3) === UTF8_MARK
    return this.#decoded(isMarked ? head.subarray(3) : head)
  }

  #decoded(chunk: Buffer): Buffer {
    return this.#decoder ? Buffer.from(this.#decoder.decode(chunk, { stream: true })) : chunk
  }
}

function utf16Of(head: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const [first, second, third, fourth] = head
  if (first === 0xff && second === 0xfe) return 'utf-16le'
  if (first === 0xfe && second === 0xff) return 'utf-16be'
  if (head.length < MARK_BYTES) return undefined
  if (first !== 0 && second === 0 && third !== 0 && fourth === 0) return 'utf-16le'
  return first === 0 && second !== 0 && third === 0 && fourth !== 0 ? 'utf-16be' : undefined
}
