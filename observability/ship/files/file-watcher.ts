import type { Stats } from 'node:fs'
import type { LogLine } from '../../formats/log-line.ts'
import { WriteTimes } from '../content/write-times.ts'
import { statsOf, TELLS_BIRTH } from '../folders/file-stats.ts'
import type { Found } from '../folders/folders.ts'
import type { Entry } from './checkpoint.ts'
import type { FileProbe } from './file-probe.ts'
import { FileReader, type ReadOutcome } from './file-reader.ts'
import { type FileState, LOST, nextState, type Observation } from './file-state.ts'

/** Makes the parser of a file's lines, which may depend on when the file was written. */
export type ParserFor = (watcher: FileWatcher) => (text: string) => LogLine

/** Follows the content of one file wherever its name goes, and knows its state. */
export class FileWatcher {
  readonly entry: Entry
  readonly reader: FileReader
  /** The log that the file belongs to, by its first name. */
  readonly log: string
  readonly parse: (text: string) => LogLine
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
  readonly #writeTimes = new WriteTimes()

  constructor(entry: Entry, log: string, parserFor: ParserFor) {
    this.entry = entry
    this.reader = new FileReader(entry)
    this.parse = parserFor(this)
    this.log = log
  }

  get state(): FileState {
    return this.#state
  }

  /** Whether its content can be read: under a name, or through its open handle. */
  get isLocated(): boolean {
    return 'reading' in this.#state
  }

  /** Whether there is nothing to read before the file grows or is scanned again. */
  get isIdle(): boolean {
    return 'reading' in this.#state && this.#state.reading !== 'behind'
  }

  /** Why the last attempt to read it failed. */
  get fault(): Error | undefined {
    return this.#fault
  }

  /** How many bytes are not acknowledged. 0 for a compressed file, whose length is unknown until it is read. */
  get bytesBehind(): number {
    return this.isLocated && !this.reader.isGzip ? Math.max(0, this.size - this.entry.offset) : 0
  }

  /** When its oldest whole line that is not acknowledged was written, in ms since the epoch; undefined if there is none. */
  get oldestUnshippedAt(): number | undefined {
    if (this.bytesBehind === 0) return undefined
    const { offset } = this.entry
    const isUnfinishedLine = this.isIdle && !this.#fault && offset === this.reader.position.offset
    return isUnfinishedLine ? undefined : this.#writeTimes.timeOf(offset)
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
  locate({ path, stats, isGzip }: FileProbe): void {
    const { entry } = this
    entry.path = path
    entry.device = stats.dev
    entry.inode = stats.ino
    delete entry.born
    this.reader.isGzip = isGzip
    this.#writeTimes.clear()
    this.#writeTimes.add(stats.size, stats.mtimeMs)
    this.observe('located')
    this.#see(stats)
  }

  /** The file was found under this name. */
  rename({ path, stats }: Found): void {
    this.entry.path = path
    this.observe('named')
    this.#see(stats)
  }

  /** The content is no longer where it was. */
  async lose(): Promise<void> {
    this.observe('lost')
    await this.reader.close()
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
    const stats = named && this.reader.isSameFile(named) ? named : await this.reader.stat()
    if (stats) this.#see(stats)
  }

  /** Reads lines; see `FileReader.readLines`. */
  async readLines(buffer: Buffer, maxLine: number): Promise<ReadOutcome> {
    const outcome = await this.reader.readLines(buffer, maxLine)
    if (outcome.kind !== 'failed') this.#fault = undefined
    if (outcome.kind === 'lines') this.observe('read')
    if (outcome.kind === 'end') this.observe('ended')
    return outcome
  }

  #see(stats: Stats): void {
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
}
