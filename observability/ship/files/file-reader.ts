import type { Stats } from 'node:fs'
import { open } from 'node:fs/promises'
import { type Content, PlainContent } from '../content/content.ts'
import { cutLines, type Line, type Position, wholeCharacters } from '../content/cut-lines.ts'
import { FINGERPRINT_BYTES, fingerprintOf, isOf, type Mark } from '../content/fingerprint.ts'
import { GzipContent } from '../content/gzip-content.ts'
import { RecentBytes } from '../content/recent-bytes.ts'
import type { Entry } from './checkpoint.ts'

/** The outcome of one attempt to read lines. */
export type ReadOutcome =
  /** The positions of the lines in the bytes. Empty lines are only counted. */
  | {
      readonly kind: 'lines'
      readonly bytes: Buffer
      readonly lines: readonly Line[]
      readonly empty: number
    }
  /** The end of the file, or of its whole lines. */
  | { readonly kind: 'end' }
  /** The line is longer than the buffer. */
  | { readonly kind: 'longer' }
  /** Its path leads to another file, or the file was truncated; the next scan decides. */
  | { readonly kind: 'lost' }
  /** The file is there, but reading it fails. */
  | { readonly kind: 'failed'; readonly error: Error }

/** Reads the lines of an entry's file, and checks that the file is still the one that was read before. */
export class FileReader {
  readonly entry: Entry
  /** Where reading continues, which is ahead of what is acknowledged. */
  position: Position
  isGzip = false
  #content: Content | undefined
  readonly #recent: RecentBytes

  constructor(entry: Entry) {
    this.entry = entry
    this.position = { offset: entry.offset, isSkipping: entry.isSkipping }
    this.#recent = new RecentBytes(entry.mark)
  }

  get isOpen(): boolean {
    return this.#content !== undefined
  }

  /** The bytes that a file must have to hold this content, from front to back. */
  get marks(): readonly Mark[] {
    const own = [this.entry.mark, this.entry.sent, this.mark].filter((one) => one !== undefined)
    return own.toSorted((one, other) => one.end - one.length - (other.end - other.length))
  }

  /** The mark of the position. */
  get mark(): Mark | undefined {
    return this.#recent.markAt(this.position.offset)
  }

  /** Why a compressed file cannot be read to its end; undefined as long as no damage was found. */
  get damage(): Error | undefined {
    return this.#content instanceof GzipContent ? this.#content.damage : undefined
  }

  /** Whether it is the same inode, and not a new one with a reused number. */
  isSameFile(stats: Stats): boolean {
    const { device, inode, born } = this.entry
    if (device !== stats.dev || inode !== stats.ino) return false
    return !born || !stats.birthtimeMs || born === stats.birthtimeMs
  }

  /**
   * Opens the file. Returns false if its path leads to no file, or to another one.
   * @throws if it cannot be opened
   */
  async open(): Promise<boolean> {
    if (this.#content) return true
    const handle = await open(this.entry.path, 'r').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined
      throw error
    })
    if (!handle) return false
    if (!this.isSameFile(await handle.stat())) {
      await handle.close()
      return false
    }
    this.#content = this.isGzip ? new GzipContent(handle) : new PlainContent(handle)
    return true
  }

  /** The open file, whatever its name is; undefined if it is closed. */
  async stat(): Promise<Stats | undefined> {
    return this.#content?.stat()
  }

  async close(): Promise<void> {
    const content = this.#content
    this.#content = undefined
    this.#recent.close(this.position.offset)
    await content?.close()
  }

  /**
   * Reads on from the position, and moves it behind the last whole line. Checks after reading that the bytes are of the
   * followed file, in case it was truncated and refilled in between.
   */
  async readLines(buffer: Buffer, maxLine: number): Promise<ReadOutcome> {
    const { entry, position } = this
    const stop = entry.breakAt !== undefined && entry.breakAt > position.offset ? entry.breakAt : undefined
    const room = stop === undefined ? buffer.length : Math.min(buffer.length, stop - position.offset)
    let count: number
    try {
      if (!(await this.open())) return { kind: 'lost' }
      count = await (this.#content as Content).read(buffer.subarray(0, room), position.offset)
      if (!this.isGzip && !(await this.#isStillItself())) return { kind: 'lost' }
    } catch (error) {
      await this.close()
      return { kind: 'failed', error: error as Error }
    }
    const bytes = buffer.subarray(0, count)
    const isAtEnd = count < room || stop !== undefined
    // A compressed file does not grow, so its end also ends its last line, unless the end is damage.
    const isEndOfGzip = this.isGzip && this.damage === undefined && isAtEnd
    const { lines, next, empty } = cutLines(bytes, position, maxLine, isEndOfGzip || stop !== undefined)
    this.position = next
    if (next.offset > position.offset) {
      this.#recent.append(bytes.subarray(0, next.offset - position.offset))
      return { kind: 'lines', bytes, lines, empty }
    }
    return isAtEnd ? { kind: 'end' } : { kind: 'longer' }
  }

  /** Where the unfinished line at the end of the file would end now; undefined if there is none. */
  async unfinishedEnd(buffer: Buffer): Promise<number | undefined> {
    if (this.isGzip || this.position.isSkipping || !(await this.open())) return undefined
    const { offset } = this.position
    const count = await (this.#content as Content).read(buffer, offset)
    const end = wholeCharacters(buffer, 0, count)
    return end > 0 ? offset + end : undefined
  }

  /** The bytes of the open file at an offset: fewer if it ends there. */
  async peek(from: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(length)
    return bytes.subarray(0, await (this.#content as Content).read(bytes, from))
  }

  /**
   * Whether the open file still holds what was read from it: false if it was truncated, even if it was refilled.
   * @param head its first bytes, `FINGERPRINT_BYTES` of them if there are as many
   */
  async isItself(head: Buffer): Promise<boolean> {
    return isOf(this.entry.fingerprint, head) && (await this.#hasRecentBytes())
  }

  #hasRecentBytes(): Promise<boolean> {
    return this.#recent.isBefore(this.position.offset, (from, length) => this.peek(from, length))
  }

  /** Whether the file is the followed one and not shorter than what was read. The fingerprint grows with the file. */
  async #isStillItself(): Promise<boolean> {
    const head = await this.peek(0, FINGERPRINT_BYTES)
    const { entry } = this
    if (!isOf(entry.fingerprint, head)) return false
    if (entry.fingerprint.length < FINGERPRINT_BYTES && head.length > entry.fingerprint.length)
      entry.fingerprint = fingerprintOf(head)
    // A refilled file may begin alike, and a truncated one has nothing to read.
    return this.#hasRecentBytes()
  }
}
