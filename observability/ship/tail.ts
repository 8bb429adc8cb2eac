import { type Stats, statSync } from 'node:fs'
import { open } from 'node:fs/promises'
import type { LogLine } from '../formats/log-line.ts'
import type { Entry } from './checkpoint.ts'
import { type Content, PlainContent } from './content.ts'
import { cutLines, type Line, type Position, wholeCharacters } from './cut-lines.ts'
import { FINGERPRINT_BYTES, fingerprintOf, isOf } from './fingerprint.ts'
import { GzipContent } from './gzip-content.ts'
import type { Look } from './look.ts'
import { logOf } from './rotated-name.ts'

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
  /** The file is another one by now, or cannot be read; the next look at the folders tells. */
  | { readonly kind: 'lost' }

/** What was seen of a file that is followed, wherever its name has gone. */
export class Tail {
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
  after: Tail | undefined
  readonly read: (text: string) => LogLine
  #content: Content | undefined

  constructor(entry: Entry, reader: (tail: Tail) => (text: string) => LogLine) {
    this.entry = entry
    this.position = { offset: entry.offset, isSkipping: entry.isSkipping }
    this.read = reader(this)
    this.log = logOf(entry.file)
  }

  get isOpen(): boolean {
    return this.#content !== undefined
  }

  /** How many bytes are not acknowledged yet. What a compressed file holds is not known before it is read. */
  get lag(): number {
    return this.isPlaced && !this.isGzip ? Math.max(0, this.size - this.entry.offset) : 0
  }

  /** The content is in this file from now on. */
  place({ path, stats, isGzip }: Look): void {
    const { entry } = this
    entry.path = path
    entry.device = stats.dev
    entry.inode = stats.ino
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
    const named = this.isNamed ? statSync(this.entry.path, { throwIfNoEntry: false }) : undefined
    if (named && this.isSameFile(named)) this.look(named)
    else if (this.#content) this.look(await this.#content.stat())
  }

  look({ size, mtimeMs }: Stats): void {
    this.entry.seenAt = Date.now()
    if (size === this.size && mtimeMs === this.modifiedMs) return
    this.size = size
    this.modifiedMs = mtimeMs
    this.changedAt = Date.now()
    this.isDrained = false
  }

  isSameFile({ dev, ino }: Pick<Stats, 'dev' | 'ino'>): boolean {
    return this.entry.device === dev && this.entry.inode === ino
  }

  /** Opens the file. Returns false where there is another one in its place. */
  async open(): Promise<boolean> {
    if (this.#content) return true
    const handle = await open(this.entry.path, 'r').catch(() => undefined)
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
    await content?.close()
  }

  /**
   * Reads on from the position, and moves it behind the last whole line. The bytes are checked to be of the file that
   * is followed after they were read: one that is emptied and filled again in between is then known to be another.
   * @param isEnd whether the last line is to be ended, also where no line break ends it
   */
  async turn(buffer: Buffer, maxLine: number, isEnd = false): Promise<Turn> {
    if (!(await this.open())) return { kind: 'lost' }
    const { entry, position } = this
    const content = this.#content as Content
    const stop = entry.breakAt !== undefined && entry.breakAt > position.offset ? entry.breakAt : undefined
    const room = stop === undefined ? buffer.length : Math.min(buffer.length, stop - position.offset)
    let count: number
    try {
      count = await content.read(buffer.subarray(0, room), position.offset)
      if (!this.isGzip && !(await this.#isStillItself(content, position.offset + count)))
        return { kind: 'lost' }
    } catch (error) {
      await this.close()
      if (this.isGzip) throw error
      return { kind: 'lost' }
    }
    const isAtEnd = count < room || stop !== undefined
    const bytes = buffer.subarray(0, count)
    const { lines, next, empty } = cutLines(
      bytes,
      position,
      maxLine,
      isAtEnd && (isEnd || stop !== undefined),
    )
    this.position = next
    if (next.offset > position.offset) {
      this.isDrained = false
      return { kind: 'lines', bytes, lines, empty }
    }
    if (!isAtEnd) return { kind: 'longer' }
    this.isDrained = true
    return { kind: 'end' }
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
    return size >= this.position.offset && isOf(this.entry.fingerprint, await this.peek(0, FINGERPRINT_BYTES))
  }

  /** Whether the file is the one that is followed, and no shorter than was read; the fingerprint grows with it. */
  async #isStillItself(content: Content, end: number): Promise<boolean> {
    const head = await this.peek(0, FINGERPRINT_BYTES)
    const { entry } = this
    if (!isOf(entry.fingerprint, head)) return false
    if (entry.fingerprint.length < FINGERPRINT_BYTES && head.length > entry.fingerprint.length)
      entry.fingerprint = fingerprintOf(head)
    // Where there is nothing at the position, there must be something before it, or the file was cut off.
    if (end > this.position.offset || end === 0) return true
    return (await content.read(Buffer.allocUnsafe(1), end - 1)) === 1
  }
}
