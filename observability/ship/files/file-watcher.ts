import type { Stats } from 'node:fs'
import { open } from 'node:fs/promises'
import type { LogLine } from '../../formats/log-line.ts'
import { type Content, PlainContent } from '../content/content.ts'
import { cutLines, type Line, type Position, wholeCharacters } from '../content/cut-lines.ts'
import { FINGERPRINT_BYTES, fingerprintOf, isOf, type Mark } from '../content/fingerprint.ts'
import { GzipContent } from '../content/gzip-content.ts'
import { RecentBytes } from '../content/recent-bytes.ts'
import { WriteTimes } from '../content/write-times.ts'
import { statsOf, TELLS_BIRTH } from '../folders/file-stats.ts'
import type { Found } from '../folders/folders.ts'
import type { Entry } from './checkpoint.ts'
import type { FileProbe } from './file-probe.ts'
import { type FileState, LOST, nextState, type Observation } from './file-state.ts'

/** Makes the reader of a file's lines: it may depend on when the file was written. */
export type ReaderFor = (watcher: FileWatcher) => (text: string) => LogLine

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
  /** Another file is in its place; the next scan decides. */
  | { readonly kind: 'lost' }
  /** The file is there, but reading it fails. */
  | { readonly kind: 'failed'; readonly error: Error }

/** Follows the content of one file wherever its name goes, and reads its lines. */
export class FileWatcher {
  readonly entry: Entry
  /** The log that the file belongs to, by its first name. */
  readonly log: string
  readonly read: (text: string) => LogLine
  /** Where reading continues, which is ahead of what is acknowledged. */
  position: Position
  isGzip = false
  size = 0
  modifiedMs = 0
  /** When its size or its modification time was last seen to change, in ms since the epoch. */
  changedAt = 0
  /** The previous file of the same log, whose lines come first. */
  after: FileWatcher | undefined
  /** The files that lay beside it when its content was last searched for among them. */
  searched = ''
  #state: FileState = LOST
  #fault: Error | undefined
  #content: Content | undefined
  readonly #recent: RecentBytes
  readonly #writeTimes = new WriteTimes()

  constructor(entry: Entry, log: string, reader: ReaderFor) {
    this.entry = entry
    this.position = { offset: entry.offset, isSkipping: entry.isSkipping }
    this.read = reader(this)
    this.log = log
    this.#recent = new RecentBytes(entry.mark)
  }

  get state(): FileState {
    return this.#state
  }

  /** Whether its content can be read: under a name, or through its open handle. */
  get hasPlace(): boolean {
    return 'reading' in this.#state
  }

  /** Whether there is nothing to read before the file grows or is scanned again. */
  get isIdle(): boolean {
    return 'reading' in this.#state && this.#state.reading !== 'behind'
  }

  get isOpen(): boolean {
    return this.#content !== undefined
  }

  /** Why the last attempt to read it failed. */
  get fault(): Error | undefined {
    return this.#fault
  }

  /** How many bytes are not acknowledged. 0 for a compressed file, whose length is unknown until it is read. */
  get bytesBehind(): number {
    return this.hasPlace && !this.isGzip ? Math.max(0, this.size - this.entry.offset) : 0
  }

  /** When its oldest whole line was written that is not acknowledged, in ms since the epoch; undefined if there is none. */
  get oldestUnshippedAt(): number | undefined {
    const { entry, position } = this
    const isAcknowledged = this.isIdle && !this.#fault && entry.offset === position.offset
    return this.bytesBehind === 0 || isAcknowledged ? undefined : this.#writeTimes.timeOf(entry.offset)
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

  /** Whether unread lines of earlier files of the log come first. A lost file may still have some; a gone one does not. */
  get mustWait(): boolean {
    let before = this.after
    while (before?.state.kind === 'gone') before = before.after
    return before !== undefined && !before.isIdle
  }

  observe(observation: Observation): void {
    this.#state = nextState(this.#state, observation)
  }

  /** The content is in this file from now on. */
  place({ path, stats, isGzip }: FileProbe): void {
    const { entry } = this
    entry.path = path
    entry.device = stats.dev
    entry.inode = stats.ino
    delete entry.born
    this.isGzip = isGzip
    this.#writeTimes.clear()
    this.#writeTimes.add(stats.size, stats.mtimeMs)
    this.observe('placed')
    this.see(stats)
  }

  /** The file was found under this name. */
  rename({ path, stats }: Found): void {
    this.entry.path = path
    this.observe('named')
    this.see(stats)
  }

  /** The content is no longer where it was. */
  async displace(): Promise<void> {
    this.observe('displaced')
    await this.close()
  }

  /** Reading failed. */
  failed(error: Error): void {
    this.#fault = error
    this.observe('failed')
  }

  /** Checks whether the file has grown. */
  async poll(): Promise<void> {
    // Synchronously: 1,000 files take milliseconds this way, and a tenth of a second otherwise.
    const named = this.#state.kind === 'following' ? statsOf(this.entry.path) : undefined
    if (named && this.isSameFile(named)) this.see(named)
    else if (this.#content) this.see(await this.#content.stat())
  }

  see(stats: Stats): void {
    const { size, mtimeMs } = stats
    this.entry.seenAt = Date.now()
    if (TELLS_BIRTH && stats.birthtimeMs > 0) this.entry.born = stats.birthtimeMs
    if (size === this.size && mtimeMs === this.modifiedMs) return
    this.size = size
    this.modifiedMs = mtimeMs
    this.changedAt = Date.now()
    this.#writeTimes.add(size, mtimeMs)
    this.observe('grown')
  }

  /** Whether it is the same inode, and not a new one with a reused number. */
  isSameFile(stats: Stats): boolean {
    const { device, inode, born } = this.entry
    if (device !== stats.dev || inode !== stats.ino) return false
    return !born || !stats.birthtimeMs || born === stats.birthtimeMs
  }

  /**
   * Opens the file. Returns false if there is no file in its place, or another one.
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

  async close(): Promise<void> {
    const content = this.#content
    this.#content = undefined
    this.#recent.close(this.position.offset)
    await content?.close()
  }

  /**
   * Reads on from the position, and moves it behind the last whole line. Checks after reading that the bytes are of the
   * followed file, in case it was truncated and refilled in between.
   * @param endsLine whether the end of the file ends the last line, also without a line break
   */
  async readLines(buffer: Buffer, maxLine: number, endsLine = false): Promise<ReadOutcome> {
    const outcome = await this.#readLines(buffer, maxLine, endsLine)
    if (outcome.kind !== 'failed') this.#fault = undefined
    return outcome
  }

  async #readLines(buffer: Buffer, maxLine: number, endsLine: boolean): Promise<ReadOutcome> {
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
    // The end of a damaged file is not the end of a line.
    const isWhole = !this.isGzip || this.damage === undefined
    const isLineEnd = isAtEnd && isWhole && (endsLine || stop !== undefined)
    const { lines, next, empty } = cutLines(bytes, position, maxLine, isLineEnd)
    this.position = next
    if (next.offset > position.offset) {
      this.#recent.append(bytes.subarray(0, next.offset - position.offset))
      this.observe('read')
      return { kind: 'lines', bytes, lines, empty }
    }
    if (!isAtEnd) return { kind: 'longer' }
    this.observe('ended')
    return { kind: 'end' }
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
