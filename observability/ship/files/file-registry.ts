import { Folders, type Found } from '../folders/folders.ts'
import type { Checkpoint } from './checkpoint.ts'
import { copiesAmong } from './copies.ts'
import type { FileWatcher, ParserFor } from './file-watcher.ts'
import { KnownFiles } from './known-files.ts'
import { LeftOut } from './left-out.ts'
import { LostFiles, sameInode } from './lost-files.ts'
import { NewFiles } from './new-files.ts'
import { OpenFiles } from './open-files.ts'
import { SayOnce } from './say-once.ts'
import { Scan } from './scan.ts'

/** How long a nameless file stays open after its last growth, in ms: its writer may still have it open. */
const NAMELESS_MS = 60_000

export interface FileRegistryOptions {
  readonly patterns: readonly string[]
  readonly checkpoint: Checkpoint
  readonly from: 'beginning' | 'end'
  /** The parser of each file's lines. */
  readonly reader: ParserFor
  /** How many files are open at most, nameless ones aside. */
  readonly maxOpen: number
  /** Whether files are taken as they are: the shipper does not wait for a file that is still being compressed. */
  readonly isOnce: boolean
  readonly say: (line: string) => void
}

/** Which files are followed, and where each of them is. */
export class FileRegistry {
  readonly leftOut: LeftOut
  readonly #options: FileRegistryOptions
  readonly #known: KnownFiles
  readonly #folders: Folders
  readonly #once: SayOnce
  readonly #lost: LostFiles
  readonly #new: NewFiles
  readonly #openFiles: OpenFiles
  readonly #logOf: (path: string) => string
  #scan: Scan
  /** Whether new files may begin at their end: only those of the first scan of a new checkpoint. */
  #isFirstScan: boolean

  constructor(options: FileRegistryOptions) {
    const { patterns, checkpoint, reader, isOnce, maxOpen, say } = options
    this.#options = options
    this.#isFirstScan = checkpoint.isNew
    this.#once = new SayOnce(say)
    this.#openFiles = new OpenFiles(maxOpen)
    this.leftOut = new LeftOut(this.#once, isOnce)
    this.#logOf = (path) => this.#folders.names.logOf(path)
    this.#folders = new Folders(patterns, (path) => this.#known.hasFirstName(path))
    this.#known = new KnownFiles({ checkpoint, parserFor: reader, logOf: this.#logOf })
    this.#known.load()
    this.#scan = new Scan(this.leftOut, this.#logOf)
    const parts = { folders: this.#folders, known: this.#known, once: this.#once }
    this.#lost = new LostFiles(parts)
    this.#new = new NewFiles({
      ...parts,
      lost: this.#lost,
      leftOut: this.leftOut,
      openFiles: this.#openFiles,
    })
  }

  get watchers(): ReadonlySet<FileWatcher> {
    return this.#known.watchers
  }

  /** Whether the next scan will find out more than the last one, and should come soon. */
  get isUnfinished(): boolean {
    return this.#scan.isUnfinished
  }

  /** How many paths cannot be read now. */
  get faults(): number {
    return this.#faultsNow().size
  }

  /** Reports a file that cannot be read; it is tried again after the next scan. */
  failed(watcher: FileWatcher, error: Error): void {
    watcher.failed(error)
    this.#once.fault(watcher.entry.path, error)
  }

  /** Keeps a file open while others are used less recently. */
  use(watcher: FileWatcher): Promise<void> {
    return this.#openFiles.use(watcher)
  }

  /**
   * Scans the folders for files that were renamed, truncated, deleted or created, and updates all states. Paths that cannot
   * be read are reported, and tried again by the next scan. Returns whether a file is new to the checkpoint.
   */
  async scan(): Promise<boolean> {
    const scan = new Scan(this.leftOut, this.#logOf)
    this.#scan = scan
    const found = this.#folders.find()
    this.leftOut.begin(found)
    for (const watcher of this.watchers) if (watcher.isLocated) await this.#follow(watcher, found)
    for (const watcher of this.watchers) if (watcher.isLocated) scan.follow(watcher)
    // An inode identifies a file wherever it lies; only then come files that merely begin alike.
    for (const watcher of this.watchers)
      if (!watcher.isLocated) await this.#lost.locateByInode(watcher, found, scan)
    const hasNew = await this.#adoptOthers(found, scan)
    // The rest of a truncated or missing file may lie beside its old name, outside the patterns.
    for (const watcher of this.watchers)
      if (!watcher.isLocated) await this.#lost.locateInSibling(watcher, scan)
    for (const watcher of this.watchers) if (!scan.moving.has(watcher.log)) watcher.observe('scanned')
    this.#isFirstScan = false
    await this.#known.prune(
      (path) => this.#folders.isCertain(path),
      (watcher) => this.#openFiles.forget(watcher),
    )
    for (const watcher of this.watchers) watcher.observe('retry')
    this.#reportFaults()
    return hasNew
  }

  async close(): Promise<void> {
    for (const watcher of this.watchers) await watcher.reader.close()
  }

  /** Finds out whether a file still has a name, and whether its content is still there. */
  async #follow(watcher: FileWatcher, found: ReadonlyMap<string, Found>): Promise<void> {
    const { entry, reader } = watcher
    const here = sameInode(watcher, found) ?? sameInode(watcher, this.#folders.siblings(entry.path))
    if (here && reader.isSameFile(here.stats)) {
      watcher.rename(here)
      if (!reader.isGzip && here.stats.size < reader.position.offset) await watcher.lose()
      return
    }
    watcher.observe('unnamed')
    await watcher.poll()
    const isOver = watcher.isIdle && Date.now() - watcher.changedAt > NAMELESS_MS
    if (!reader.isOpen || isOver) await watcher.lose()
  }

  /** Decides what the found files are that are not followed yet. Returns whether any is new to the checkpoint. */
  async #adoptOthers(found: ReadonlyMap<string, Found>, scan: Scan): Promise<boolean> {
    // The oldest first: a log's lines are in the order of its files.
    const others = [...found.values()]
      .filter((one) => !scan.isFollowed(one) && !this.leftOut.has(one))
      .sort((one, other) => this.#compareAge(one, other))
    // A listing made while files were renamed lacks some files, or has them under the names of others.
    if (others.length > 0) for (const log of this.#folders.movedSince(found)) scan.moving.add(log)
    const copies = await copiesAmong(others, this.#folders.names)
    const copied = new Set([...copies.values()].flat())
    const from = this.#isFirstScan ? this.#options.from : 'beginning'
    let hasNew = false
    for (const one of others) {
      // The lines of the file that moved come first.
      if (scan.moving.has(this.#logOf(one.path))) continue
      // Cannot be identified until the file it was copied from is followed.
      if (copied.has(one)) scan.hasPostponed = true
      else if (await this.#new.adopt(one, copies.get(one) ?? [], from, scan)) hasNew = true
    }
    return hasNew
  }

  #reportFaults(): void {
    const faults = this.#faultsNow()
    for (const [path, error] of faults) this.#once.fault(path, error)
    this.#once.onlyFaults(faults)
  }

  #faultsNow(): ReadonlyMap<string, Error> {
    const faults = new Map<string, Error>([...this.#folders.faults, ...this.leftOut.faults])
    for (const { fault, entry } of this.watchers) if (fault) faults.set(entry.path, fault)
    return faults
  }

  /** Orders files by log, and the files of a log by their names, or by their times if the names do not tell. */
  #compareAge(one: Found, other: Found): number {
    return (
      this.#logOf(one.path).localeCompare(this.#logOf(other.path)) ||
      this.#folders.names.compareAge(one.path, other.path) ||
      one.stats.mtimeMs - other.stats.mtimeMs
    )
  }
}
