const EIGHT = 8

/**
 * A text without NUL that is compared with UTF-8 bytes, or written to them, many times. Works on eight bytes at a time, as
 * 64-bit floats. This is exact: no eight bytes of UTF-8 are a NaN, whose bits may change, and without NUL none are a zero,
 * which has two representations.
 */
export class FixedBytes {
  readonly length: number
  readonly #bytes: Uint8Array
  /** The bytes in words of eight, the last one padded with zeros. */
  readonly #written: Float64Array
  /** The last eight bytes as a word. */
  readonly #last: number

  constructor(text: string) {
    const bytes = Buffer.from(text)
    this.length = bytes.length
    this.#bytes = new Uint8Array(bytes)
    this.#written = new Float64Array(Math.ceil(bytes.length / EIGHT))
    new Uint8Array(this.#written.buffer).set(bytes)
    this.#last = bytes.length < EIGHT ? 0 : bytes.readDoubleLE(bytes.length - EIGHT)
  }

  /** Whether the bytes of a view at an offset are this text. */
  isAt(view: DataView, from: number): boolean {
    const { length } = this
    if (from < 0 || from + length > view.byteLength) return false
    if (length < EIGHT) {
      for (let at = 0; at < length; at += 1) if (view.getUint8(from + at) !== this.#bytes[at]) return false
      return true
    }
    const last = length - EIGHT
    for (let at = 0, word = 0; at < last; at += EIGHT, word += 1)
      if (view.getFloat64(from + at, true) !== this.#written[word]) return false
    return view.getFloat64(from + last, true) === this.#last
  }

  /** Writes the text at an offset, followed by up to seven zeros, which must fit too. Returns the end of the text. */
  write(view: DataView, from: number): number {
    for (let word = 0; word < this.#written.length; word += 1)
      view.setFloat64(from + word * EIGHT, this.#written[word] as number, true)
    return from + this.length
  }
}
