import { type Stats, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { LogLine } from '../../formats/log-line.ts'
import { type Content, PlainContent } from '../content/content.ts'
import { cutLines, type Line, type Position, wholeCharacters } from '../content/cut-lines.ts'
import {
  FINGERPRINT_BYTES,
  fingerprintOf,
  isMarked,
  isOf,
  MARK_BYTES,
  type Mark,
  markOf,
} from '../content/fingerprint.ts'
import { GzipContent } from '../content/gzip-content.ts'
import type { Entry } from './checkpoint.ts'
import type { FileProbe } from './file-probe.ts'

/** What a turn at a file gave. */
export type Turn =
  /** The bytes hold these lines; `empty` ones are not among them. */
  | {
      readonly kind: 'lines'
      readonly bytes: Buffer
      readonly lines: readonly Line[]
      readonly empty: number
    }
  /** Nothing more, or no whole line. */
  | { readonly kind: 'end' }
  /** A line longer than the buffer. */
  | { readonly kind: 'longer' }
  /** The file is another one by now; the next look at the folders tells. */
  | { readonly kind: 'lost' }
  /** The file is there, and reading it fails. */
  | { readonly kind: 'failed'; readonly error: Error }

/** What was seen of a file that is followed, wherever its name has gone. */
export class FileWatcher {
  readonly entry: Entry
  /** Up to where it is read, which is ahead of what is acknowledged. */
  position: Position
  /** Whether its content is known to be somewhere: a file in a folder, or one that is held open. */
  isPlaced = false
  /** Whether a look at the folders is yet to tell where it is. */
  isSought = true
  /** Whether the file was found by its path when the folders were last looked at. */
  isNamed = false
  /** The log that it is a part of, by its name. */
  readonly log: string
  isGzip = false
  size = 0
  modifiedMs = 0
  /** When its size last changed, or its unfinished line was seen first, in ms since the epoch. */
  changedAt = 0
  /** Read to where it ended when it was looked at. */
  isDrained = false
  /** The file of the same log that became known before it. */
  after: FileWatcher | undefined
  readonly read: (text: string) => LogLine
  #content: Content | undefined
  /** What was read right before the position, while the file is open: up to `MARK_BYTES`. */
  #recent: Buffer | undefined
  /** The mark of the position when the file was closed. */
  #mark: Mark | undefined
  /** Why it cannot be read now. */
  fault: Error | undefined
  /** What lay beside it when the rest of it was last looked for. */
  searched = ''

  constructor(entry: Entry, log: string, reader: (tail: FileWatcher) => (text: string) => LogLine) {
    this.entry = entry
    this.position = { offset: entry.offset, isSkipping: entry.isSkipping }
    this.read = reader(this)
    this.log = log
    this.#mark = entry.mark
  }

  get isOpen(): boolean {
    return this.#content !== undefined
  }

  /** How many bytes are not acknowledged yet. What a compressed file holds is not known before it is read. */
  get lag(): number {
    return this.isPlaced && !this.isGzip ? Math.max(0, this.size - this.entry.offset) : 0
  }

  /** Where the content must be the same for a file to hold it, from the front to the back. */
  get marks(): readonly Mark[] {
    const own = [this.entry.mark, this.entry.sent, this.mark].filter((one) => one !== undefined)
    return own.toSorted((one, other) => one.end - one.length - (other.end - other.length))
  }

  /** The mark of the position. */
  get mark(): Mark | undefined {
    if (this.#recent) return markOf(this.#recent, this.position.offset)
    return this.#mark?.end === this.position.offset ? this.#mark : undefined
  }

  /** Why a compressed file cannot be read to its end; undefined while nothing is known of that. */
  get damage(): Error | undefined {
    return this.#content instanceof GzipContent ? this.#content.damage : undefined
  }

  /** The content is in this file from now on. */
  place({ path, stats, isGzip }: FileProbe): void {
    const { entry } = this
    entry.path = path
    entry.device = stats.dev
    entry.inode = stats.ino
    delete entry.born
    this.isGzip = isGzip
    this.isPlaced = true
    this.isSought = false
    this.isNamed = true
    this.isDrained = false
    this.look(stats)
  }

  /** Whether lines of the files that had its name before come first. */
  get mustWait(): boolean {
    let before = this.after
    while (before && !before.isPlaced && !before.isSought) before = before.after
    return before !== undefined && !before.isDrained
  }

  /** The content is nowhere that is known. */
  async displace(): Promise<void> {
    this.isPlaced = false
    this.isSought = true
    this.isDrained = false
    this.isNamed = false
    await this.close()
  }

  /** Looks whether the file has grown. */
  async poll(): Promise<void> {
    // Not asynchronously: a thousand files are looked at in milliseconds so, and in a tenth of a second otherwise.
    const named = this.isNamed ? statsOf(this.entry.path) : undefined
    if (named && this.isSameFile(named)) this.look(named)
    else if (this.#content) this.look(await this.#content.stat())
  }

  look(stats: Stats): void {
    const { size, mtimeMs } = stats
    this.entry.seenAt = Date.now()
    if (TELLS_BIRTH && stats.birthtimeMs > 0) this.entry.born = stats.birthtimeMs
    if (size === this.size && mtimeMs === this.modifiedMs) return
    this.size = size
    this.modifiedMs = mtimeMs
    this.changedAt = Date.now()
    this.isDrained = false
  }

  /** Whether it is the same inode, and not only its number. */
  isSameFile(stats: Stats): boolean {
    const { device, inode, born } = this.entry
    if (device !== stats.dev || inode !== stats.ino) return false
    return !born || !stats.birthtimeMs || born === stats.birthtimeMs
  }

  /**
   * Opens the file. Returns false where there is another one in its place, or none.
   * @throws where it cannot be opened
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

  async close(): Promise<void> {
    const content = this.#content
    this.#content = undefined
    this.#mark = this.mark
    this.#recent = undefined
    await content?.close()
  }

  /**
   * Reads on from the position, and moves it behind the last whole line. The bytes are checked to be of the file that
   * is followed after they were read: one that is emptied and filled again in between is then known to be another.
   * @param isEnd whether the last line is to be ended, also where no line break ends it
   */
  async turn(buffer: Buffer, maxLine: number, isEnd = false): Promise<Turn> {
    const { entry, position } = this
    const stop = entry.breakAt !== undefined && entry.breakAt > position.offset ? entry.breakAt : undefined
    const room = stop === undefined ? buffer.length : Math.min(buffer.length, stop - position.offset)
    let count: number
    try {
      if (!(await this.open())) return { kind: 'lost' }
      const content = this.#content as Content
      count = await content.read(buffer.subarray(0, room), position.offset)
      if (!this.isGzip && !(await this.#isStillItself())) return { kind: 'lost' }
    } catch (error) {
      await this.close()
      return { kind: 'failed', error: error as Error }
    }
    const isAtEnd = count < room || stop !== undefined
    const bytes = buffer.subarray(0, count)
    // What a damaged file ends with is no line that anybody wrote.
    const isWhole = !this.isGzip || this.damage === undefined
    const { lines, next, empty } = cutLines(
      bytes,
      position,
      maxLine,
      isAtEnd && isWhole && (isEnd || stop !== undefined),
    )
    this.position = next
    if (next.offset > position.offset) {
      this.#keepRecent(bytes.subarray(0, next.offset - position.offset))
      this.isDrained = false
      return { kind: 'lines', bytes, lines, empty }
    }
    if (!isAtEnd) return { kind: 'longer' }
    this.isDrained = true
    return { kind: 'end' }
  }

  #keepRecent(read: Buffer): void {
    const before = this.#recent ?? Buffer.alloc(0)
    this.#recent =
      read.length >= MARK_BYTES
        ? Buffer.from(read.subarray(-MARK_BYTES))
        : Buffer.concat([before.subarray(Math.max(0, before.length + read.length - MARK_BYTES)), read])
  }

  /** Where the unfinished line at the end of the file would be ended now; undefined where there is none. */
  async unfinishedEnd(buffer: Buffer): Promise<number | undefined> {
    if (this.isGzip || this.position.isSkipping || !(await this.open())) return undefined
    const { offset } = this.position
    const count = await (this.#content as Content).read(buffer, offset)
    const end = wholeCharacters(buffer, 0, count)
    return end > 0 ? offset + end : undefined
  }

  /** What lies at a place of the open file, as far as there is. */
  async peek(from: number, length: number): Promise<Buffer> {
    const bytes = Buffer.allocUnsafe(length)
    return bytes.subarray(0, await (this.#content as Content).read(bytes, from))
  }

  /** Whether the open file still holds what was read of it: false where it was emptied, also if it was filled again. */
  async isItself(): Promise<boolean> {
    const { size } = await (this.#content as Content).stat()
    if (size < this.position.offset) return false
    return isOf(this.entry.fingerprint, await this.peek(0, FINGERPRINT_BYTES)) && (await this.#hasRecent())
  }

  /** Whether what was read last is still right before the position. */
  async #hasRecent(): Promise<boolean> {
    const { mark } = this
    const { offset } = this.position
    if (this.#recent) {
      const { length } = this.#recent
      return (await this.peek(offset - length, length)).equals(this.#recent)
    }
    const length = Math.min(offset, MARK_BYTES)
    const recent = await this.peek(offset - length, length)
    if (recent.length < length) return false
    if (mark && !isMarked(mark, recent.subarray(length - mark.length))) return false
    this.#recent = recent
    return true
  }

  /** Whether the file is the one that is followed, and no shorter than was read; the fingerprint grows with it. */
  async #isStillItself(): Promise<boolean> {
    const head = await this.peek(0, FINGERPRINT_BYTES)
    const { entry } = this
    if (!isOf(entry.fingerprint, head)) return false
    if (entry.fingerprint.length < FINGERPRINT_BYTES && head.length > entry.fingerprint.length)
      entry.fingerprint = fingerprintOf(head)
    // What is read may be of another content that begins alike; where nothing is, the file may be cut off.
    return this.#hasRecent()
  }
}

/**
 * Whether this process is told when inodes were made. Where Linux gives Node no statx(2), the time of the last change stands in
 * its place; with statx, these hardly ever have been made and changed at the same moment.
 */
const TELLS_BIRTH = ['/proc', '/', process.execPath].some((path) => {
  const stats = statsOf(path)
  return stats !== undefined && stats.birthtimeMs !== stats.ctimeMs
})

function statsOf(path: string): Stats | undefined {
  try {
    return statSync(path, { throwIfNoEntry: false })
  } catch {
    // A folder on the way that may not be entered, or a loop: the next look names it.
    return undefined
  }
}
