import type { Checkpoint, Entry } from './checkpoint.ts'
import { FileWatcher, type ParserFor } from './file-watcher.ts'
import { FirstNames } from './first-names.ts'

/**
 * How many gone files of a log are remembered, so that their compressed copies are recognized when they appear. Covers an
 * hourly rotation whose files are compressed once a day.
 */
const MAX_GONE = 32
/** How many nameless files of a log are kept open, the youngest ones. */
const MAX_NAMELESS = 8

export interface KnownFilesOptions {
  readonly checkpoint: Checkpoint
  readonly parserFor: ParserFor
  readonly logOf: (path: string) => string
}

/** A watcher for each file of the checkpoint, by log and in the order in which the files became known. */
export class KnownFiles {
  readonly watchers = new Set<FileWatcher>()
  readonly #options: KnownFilesOptions
  readonly #byLog = new Map<string, Set<FileWatcher>>()
  readonly #firstNames = new FirstNames()

  constructor(options: KnownFilesOptions) {
    this.#options = options
  }

  /** Makes the watchers of the checkpoint's files. Their names decide together which of them are rotations. */
  load(): void {
    const entries = [...this.#options.checkpoint.entries.values()]
    for (const { file } of entries) this.#firstNames.add(file)
    for (const entry of entries) this.#watch(entry)
  }

  /** Whether a known file was found first under this path. */
  hasFirstName(path: string): boolean {
    return this.#firstNames.has(path)
  }

  /** The known files of a log, the oldest first. */
  of(log: string): Iterable<FileWatcher> {
    return this.#byLog.get(log) ?? []
  }

  /** Adds a new file to the checkpoint, as the youngest of its log. */
  add(entry: Omit<Entry, 'id'>): FileWatcher {
    const added = this.#options.checkpoint.add(entry)
    this.#firstNames.add(added.file)
    return this.#watch(added)
  }

  /**
   * Closes surplus nameless files and drops surplus gone ones, so that neither memory nor a scan grows with each rotation.
   * @param isCertain whether the folder of a path could be read: otherwise a file that is missing in it may still exist
   * @param onDrop called for each file that is no longer known
   */
  async prune(isCertain: (path: string) => boolean, onDrop: (watcher: FileWatcher) => void): Promise<void> {
    const { entries } = this.#options.checkpoint
    for (const [log, own] of this.#byLog) {
      const nameless = [...own].filter(({ state, isIdle }) => state.kind === 'nameless' && isIdle)
      for (const watcher of nameless.slice(0, Math.max(0, nameless.length - MAX_NAMELESS)))
        await watcher.lose()
      const gone = [...own].filter(({ state }) => state.kind === 'gone')
      if (gone.length === 0) continue
      const surplus = gone
        .filter(({ entry }) => isCertain(entry.path))
        .toSorted((one, other) => one.entry.seenAt - other.entry.seenAt)
        .slice(0, Math.max(0, gone.length - MAX_GONE))
      const expired = gone.filter(({ entry }) => !entries.has(entry.id))
      for (const watcher of new Set([...surplus, ...expired])) {
        this.#drop(watcher, own)
        onDrop(watcher)
      }
      if (own.size === 0) this.#byLog.delete(log)
    }
  }

  #watch(entry: Entry): FileWatcher {
    const { parserFor, logOf } = this.#options
    const watcher = new FileWatcher(entry, logOf(entry.file), parserFor)
    const own = this.#byLog.get(watcher.log) ?? new Set()
    watcher.after = [...own].at(-1)
    this.#byLog.set(watcher.log, own.add(watcher))
    this.watchers.add(watcher)
    return watcher
  }

  #drop(watcher: FileWatcher, own: Set<FileWatcher>): void {
    own.delete(watcher)
    this.watchers.delete(watcher)
    this.#options.checkpoint.entries.delete(watcher.entry.id)
    this.#firstNames.delete(watcher.entry.file)
    for (const other of own) if (other.after === watcher) other.after = watcher.after
  }
}
