const EIGHT = 8

/**
 * A text, without NUL, that is looked for in bytes of UTF-8, or written into them, over and over: eight bytes at a time, as
 * a number of 64 bits. (No eight bytes of UTF-8 are a NaN, whose bits may not stay, and none without NUL are a zero, of
 * which there are two.)
 */
export class FixedBytes {
  readonly length: number
  readonly #bytes: Uint8Array
  /** At each eighth place, the last one filled up with zeros. */
  readonly #written: Float64Array
  /** The last eight bytes. */
  readonly #last: number

  constructor(text: string) {
    const bytes = Buffer.from(text)
    this.length = bytes.length
    this.#bytes = new Uint8Array(bytes)
    this.#written = new Float64Array(Math.ceil(bytes.length / EIGHT))
    new Uint8Array(this.#written.buffer).set(bytes)
    this.#last = bytes.length < EIGHT ? 0 : bytes.readDoubleLE(bytes.length - EIGHT)
  }

  /** Whether they stand at a place. */
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

  /** Writes them at a place, and up to seven zeros behind them, which must have room too; answers where they end. */
  write(view: DataView, from: number): number {
    for (let word = 0; word < this.#written.length; word += 1)
      view.setFloat64(from + word * EIGHT, this.#written[word] as number, true)
    return from + this.length
  }
}
