import { isMarked, MARK_BYTES, type Mark, markOf } from './fingerprint.ts'

/** Reads bytes at an offset: fewer where the file ends. */
export type Peek = (from: number, length: number) => Promise<Buffer>

/**
 * The bytes right before a position, up to `MARK_BYTES`, which tell whether a file is still the one that was read. They are
 * kept while the file is open; a closed file keeps only their hash.
 */
export class RecentBytes {
  #bytes: Buffer | undefined
  #closed: Mark | undefined

  /** @param mark of the position at which reading continues, if it is known */
  constructor(mark: Mark | undefined) {
    this.#closed = mark
  }

  /** The mark of a position; undefined if nothing is known of the bytes before it. */
  markAt(offset: number): Mark | undefined {
    if (this.#bytes) return markOf(this.#bytes, offset)
    return this.#closed?.end === offset ? this.#closed : undefined
  }

  /** Adds the bytes by which the position moved forward. */
  append(read: Buffer): void {
    if (read.length >= MARK_BYTES) {
      this.#bytes = Buffer.from(read.subarray(-MARK_BYTES))
      return
    }
    const before = this.#bytes ?? Buffer.alloc(0)
    const surplus = Math.max(0, before.length + read.length - MARK_BYTES)
    this.#bytes = Buffer.concat([before.subarray(surplus), read])
  }

  /** Reduces the bytes to their mark when the file is closed. */
  close(offset: number): void {
    this.#closed = this.markAt(offset)
    this.#bytes = undefined
  }

  /** Whether a file still has these bytes before the offset, and so is at least that long. */
  async isBefore(offset: number, peek: Peek): Promise<boolean> {
    if (this.#bytes) {
      const { length } = this.#bytes
      return (await peek(offset - length, length)).equals(this.#bytes)
    }
    const mark = this.markAt(offset)
    const length = Math.min(offset, MARK_BYTES)
    const bytes = await peek(offset - length, length)
    if (bytes.length < length) return false
    if (mark && !isMarked(mark, bytes.subarray(length - mark.length))) return false
    this.#bytes = bytes
    return true
  }
}
