import type { LogLine } from '../../formats/log-line.ts'
import { fingerprintOf, isOf } from '../content/fingerprint.ts'
import { Folders, type Found, fileKey } from '../folders/folders.ts'
import type { Checkpoint, Entry } from './checkpoint.ts'
import {
  bytesOf,
  copiesAmong,
  endOf,
  type FileProbe,
  holds,
  isBeginningOf,
  isCopy,
  lineBefore,
} from './file-probe.ts'
import { FileWatcher } from './file-watcher.ts'
import { LeftOut } from './left-out.ts'
import { SayOnce } from './say-once.ts'

/** How long a file that has lost its name is listened to after its last growth, in ms: its writer may still have it open. */
const NAMELESS_MS = 60_000
/**
 * How many files of a log are remembered that are gone, so that their compressed copies are known when they appear: as many as an
 * hourly rotation leaves behind in a day that compresses them at its end, and some more.
 */
const REMEMBERED_GONE = 32
/** How many files of a log that have lost their names are listened to, the youngest: each of them is an open file. */
const MAX_NAMELESS = 8
/** A copy of a file is no older than the file's last sight, but for the grain of a file system's clock, in ms. */
const CLOCK_GRAIN_MS = 100

export interface RosterOptions {
  readonly patterns: readonly string[]
  readonly checkpoint: Checkpoint
  readonly from: 'beginning' | 'end'
  readonly reader: (tail: FileWatcher) => (text: string) => LogLine
  /** How many files are open at the most, but for those that have lost their names. */
  readonly maxOpen: number
  /** Whether the files are taken as they are: nobody waits for one that is still being compressed. */
  readonly isOnce: boolean
  readonly say: (line: string) => void
}

/** Which files are followed, and where each of them is by now. */
export class FileRegistry {
  readonly tails = new Set<FileWatcher>()
  readonly leftOut: LeftOut
  readonly #options: RosterOptions
  readonly #folders: Folders
  readonly #once: SayOnce
  /** Those that may be open, in the order of their last use. */
  readonly #used = new Set<FileWatcher>()
  readonly #byLog = new Map<string, Set<FileWatcher>>()
  /** How many entries had their first name in each place: names of files that are gone still tell what a rotation is. */
  readonly #firstNames = new Map<string, number>()
  /** The files that are followed, by `fileKey`. */
  readonly #placed = new Set<string>()
  /** Logs that were rotated while they were looked at. */
  readonly #moving = new Set<string>()
  /** Whether a file was left for the next look, for it is a copy. */
  #isCopied = false
  /** Whether files may be begun at their end: those that are there at the very first look, before any checkpoint. */
  #isFirstLook: boolean

  constructor(options: RosterOptions) {
    this.#options = options
    this.#once = new SayOnce(options.say)
    this.#folders = new Folders(options.patterns, (path) => this.#firstNames.has(path))
    this.leftOut = new LeftOut(this.#once, options.isOnce)
    this.#isFirstLook = options.checkpoint.isNew
    const entries = [...options.checkpoint.entries.values()]
    for (const { file } of entries) this.#countName(file, 1)
    for (const entry of entries) this.#add(entry)
  }

  /** Whether the next look will tell more than the last one, and should come soon. */
  get isMoving(): boolean {
    return this.#moving.size > 0 || this.#isCopied
  }

  /** How many paths cannot be read now. */
  get faults(): number {
    return this.#faultsNow().size
  }

  /** A file cannot be read on: it is named, and tried again at the next look. */
  failed(tail: FileWatcher, error: Error): void {
    tail.fault = error
    tail.isDrained = true
    this.#once.fault(tail.entry.path, error)
  }

  /**
   * Looks at the folders: who is where, who was rotated, emptied or removed, and who is new. Returns whether any file is new
   * to the checkpoint. What cannot be looked at is named, and looked at again the next time.
   */
  async look(): Promise<boolean> {
    this.#moving.clear()
    this.#isCopied = false
    const found = this.#folders.find()
    this.leftOut.begin(found)
    for (const tail of this.tails) if (tail.isPlaced) await this.#follow(tail, found)
    this.#placed.clear()
    for (const { isPlaced, entry } of this.tails)
      if (isPlaced) this.#placed.add(fileKey(entry.device, entry.inode))
    // By its inode a file is known wherever it lies: who begins like it comes after it.
    for (const tail of this.tails) if (!tail.isPlaced) await this.#findInode(tail, found)
    // The oldest first: a log's lines are in the order of its files.
    const others = [...found]
      .filter(([key, one]) => !this.#placed.has(key) && !this.leftOut.has(one))
      .map(([, one]) => one)
      .sort((one, other) => this.#byAge(one, other))
    // A list that was made while files were renamed lacks some, or has them by the names of others.
    if (others.length > 0) for (const log of this.#folders.movedSince(found)) this.#moving.add(log)
    let isChanged = false
    const copies = await copiesAmong(others, this.#folders.names)
    const copied = new Set([...copies.values()].flat())
    for (const one of others) {
      // The lines of the one that has moved come first.
      if (this.#moving.has(this.#logOf(one.path))) continue
      // It tells what it is when the one that it is copied from is followed.
      if (copied.has(one)) this.#isCopied = true
      else if (await this.#adopt(one, copies.get(one))) isChanged = true
    }
    // What was cut off or has disappeared may lie beside its old name, outside of what was asked for.
    for (const tail of this.tails) if (!tail.isPlaced) await this.#findRest(tail)
    for (const tail of this.tails) if (!this.#moving.has(tail.log)) tail.isSought = false
    this.#isFirstLook = false
    await this.#forget()
    for (const tail of this.tails) if (tail.fault) tail.isDrained = false
    const faults = this.#faultsNow()
    for (const [path, error] of faults) this.#once.fault(path, error)
    this.#once.onlyFaults(faults)
    return isChanged
  }

  /** Keeps the file open, and closes those that were used least recently where there are too many. */
  async use(tail: FileWatcher): Promise<void> {
    this.#used.delete(tail)
    this.#used.add(tail)
    if (this.#used.size <= this.#options.maxOpen) return
    for (const candidate of this.#used) {
      // One that has lost its name could not be opened again.
      if (candidate === tail || (candidate.isOpen && !candidate.isNamed)) continue
      this.#used.delete(candidate)
      await candidate.close()
      if (this.#used.size <= this.#options.maxOpen) return
    }
  }

  async close(): Promise<void> {
    for (const tail of this.tails) await tail.close()
  }

  /** Finds out where a file has gone, or that its content is gone. */
  async #follow(tail: FileWatcher, found: ReadonlyMap<string, Found>): Promise<void> {
    const { entry, position } = tail
    const here = sameFile(tail, found) ?? sameFile(tail, this.#folders.siblings(entry.path))
    if (!here || !tail.isSameFile(here.stats)) {
      tail.isNamed = false
      await tail.poll()
      const isOver = tail.isDrained && Date.now() - tail.changedAt > NAMELESS_MS
      if (!tail.isOpen || isOver) await tail.displace()
      return
    }
    entry.path = here.path
    tail.isNamed = true
    tail.look(here.stats)
    if (!tail.isGzip && here.stats.size < position.offset) await tail.displace()
  }

  /** Places a file of the checkpoint by its inode: where it was, beside that, or moved away under another name. */
  async #findInode(tail: FileWatcher, found: ReadonlyMap<string, Found>): Promise<void> {
    const { device, inode, path, file } = tail.entry
    const here =
      sameFile(tail, found) ??
      sameFile(tail, this.#folders.siblings(path)) ??
      sameFile(tail, this.#folders.siblings(file)) ??
      (tail.isSought && tail.marks.length > 0 ? this.#folders.inodeNear(path, device, inode) : undefined)
    if (!here || !tail.isSameFile(here.stats) || this.#placed.has(fileKey(device, inode))) return
    const look = await this.#probeFile(here)
    if (!look || !tail.isSameFile(look.stats) || !(await holds(look, tail))) return
    this.#place(tail, (await this.#copyThatGoesOn(tail, look)) ?? look)
  }

  /**
   * The copy of a file that was made while nobody looked and that holds more of it than the file itself, which was then emptied
   * and filled again with the same beginning.
   */
  async #copyThatGoesOn(tail: FileWatcher, look: FileProbe): Promise<FileProbe | undefined> {
    if (tail.entry.fingerprint.length === 0 || !this.#folders.names.isWritten(look.path)) return undefined
    for (const sibling of this.#folders.siblings(look.path).values()) {
      const isYoung = sibling.stats.birthtimeMs > tail.entry.seenAt - CLOCK_GRAIN_MS
      if (!isYoung || tail.isSameFile(sibling.stats) || this.#placed.has(keyOf(sibling))) continue
      const copy = await this.#probeFile(sibling)
      if (!copy || !(await holds(copy, tail))) continue
      if (await isBeginningOf(copy, (from, length) => bytesOf(look.path, from, length))) continue
      this.#once.say(
        `${look.path} was emptied and filled again with the same beginning while nobody looked: ${copy.path} has the rest of ` +
          'what it was, and it is shipped from its beginning',
      )
      return copy
    }
    return undefined
  }

  /**
   * Makes sure that a file is followed. Returns whether it is new.
   * @param copies files that were copies of it a moment ago: where they are none any more, it was emptied
   */
  async #adopt(one: Found, copies: readonly Found[] = []): Promise<boolean> {
    const { path } = one
    const log = this.#logOf(path)
    const look = await this.#probeFile(one)
    for (const copy of copies) {
      if (look && (await isCopy(copy, path))) continue
      this.#moving.add(log)
      return false
    }
    // Nothing tells an empty file from others, a copy that is just being made among them.
    if (!look || (look.head.length === 0 && !look.isUnfinished)) return false
    if (await this.#goOnIn(look)) return false
    for (const tail of this.#byLog.get(log) ?? []) {
      if (!tail.isPlaced) continue
      const verdict = await this.#compare(tail, look)
      if (verdict === 'other') continue
      if (verdict === 'copy') {
        if (look.isGzip) this.leftOut.addCopy(one)
        this.#once.say(`${path} is a copy of ${tail.entry.path}, which is followed: it is not shipped again`)
        return false
      }
      // The file was emptied or moved after the scan; the next scan will tell what is where.
      if (verdict === 'emptied') {
        this.#placed.delete(fileKey(tail.entry.device, tail.entry.inode))
        await tail.displace()
      }
      this.#moving.add(log)
      return false
    }
    await this.#announce(look)
    const offset = this.#isFirstLook && this.#options.from === 'end' ? await endOf(look) : 0
    const entry = this.#options.checkpoint.add({
      file: path,
      path,
      device: look.stats.dev,
      inode: look.stats.ino,
      fingerprint: fingerprintOf(look.head),
      offset,
      isSkipping: false,
      seenAt: Date.now(),
    })
    this.#countName(path, 1)
    this.#place(this.#add(entry), look)
    return true
  }

  /** Places a file of its log that is gone in another file that holds its content. Returns whether there was one. */
  async #goOnIn(look: FileProbe): Promise<boolean> {
    for (const tail of this.#byLog.get(this.#logOf(look.path)) ?? []) {
      const { entry, position } = tail
      if (tail.isPlaced || entry.fingerprint.length === 0 || !(await holds(look, tail))) continue
      const isWritten = !look.isGzip && this.#folders.names.isWritten(look.path)
      const wasRead = position.offset > 0 || entry.sent !== undefined
      // A rotated file is what the log was. One by the log's own name may be a new log that begins as each of them does.
      if (!isWritten || !wasRead || (await this.#tellsTime(look, tail))) {
        this.#place(tail, look)
        return true
      }
      this.#once.say(
        `${look.path} is a new file that has all ${position.offset} bytes that were shipped of the one before, and no time in them ` +
          'tells whether it is the same log: it is shipped from its beginning, and these lines arrive again',
      )
    }
    return false
  }

  /** Names a new file by a log's own name that has all that was shipped of another one, which is still there. */
  async #announce(look: FileProbe): Promise<void> {
    if (look.isGzip || !this.#folders.names.isWritten(look.path)) return
    for (const tail of this.#byLog.get(this.#logOf(look.path)) ?? [])
      if (tail.isPlaced && tail.marks.length > 0 && (await holds(look, tail)))
        this.#once.say(
          `${look.path} is a new file that has all ${tail.position.offset} bytes that were shipped of ${tail.entry.path}: it is ` +
            'shipped from its beginning, and these lines arrive again',
        )
  }

  /** Whether the last line that was read has a time: no other log has the same line at the same place then. */
  async #tellsTime(look: FileProbe, tail: FileWatcher): Promise<boolean> {
    if (tail.marks.length === 0) return false
    const line = await lineBefore(look, tail.position.offset)
    return line !== '' && tail.read(line).timestamp !== null
  }

  #add(entry: Entry): FileWatcher {
    const tail = new FileWatcher(entry, this.#logOf(entry.file), this.#options.reader)
    const own = this.#byLog.get(tail.log) ?? new Set()
    // A file that is new comes after all those of its log that are known.
    tail.after = [...own].at(-1)
    this.#byLog.set(tail.log, own.add(tail))
    this.tails.add(tail)
    return tail
  }

  async #findRest(tail: FileWatcher): Promise<void> {
    const { fingerprint, file } = tail.entry
    if (fingerprint.length === 0) return
    const siblings = [...this.#folders.siblings(file).values()]
    const seen = siblings.map((one) => `${keyOf(one)}:${one.stats.size}:${one.stats.mtimeMs}`).join()
    if (!tail.isSought && seen === tail.searched) return
    tail.searched = seen
    // The youngest first: what was there before it was gone is no copy of it.
    for (const one of siblings.toSorted((a, b) => b.stats.birthtimeMs - a.stats.birthtimeMs)) {
      if (this.#placed.has(keyOf(one)) || this.#folders.names.isWritten(one.path)) continue
      const look = await this.#probeFile(one)
      if (!look || !(await holds(look, tail))) continue
      this.#place(tail, look)
      return
    }
  }

  /**
   * Whether a file is a copy of one that is followed: the one that copytruncate makes before it empties the other, as far as
   * it has come, or a backup. It is no longer, and begins and ends as the other does there. A file by the log's own name
   * is no copy of a rotated one: logs may all begin alike. What is followed is read last: where it is itself still, so it was
   * when the copy was looked at.
   */
  async #compare(tail: FileWatcher, look: FileProbe): Promise<'copy' | 'other' | 'emptied' | 'away'> {
    if (tail.isGzip) return 'other'
    const { fingerprint } = tail.entry
    if (look.isGzip && look.head.length >= fingerprint.length && !isOf(fingerprint, look.head)) return 'other'
    try {
      if (!(await tail.open())) return 'away'
      await this.use(tail)
      const isSame = await isBeginningOf(look, (from, length) => tail.peek(from, length))
      if (isSame && (look.isGzip || !this.#folders.names.isWritten(look.path))) return 'copy'
      return (await tail.isItself()) ? 'other' : 'emptied'
    } catch {
      // What cannot be read is named when its lines are read.
      return 'other'
    }
  }

  /** What a file begins with, if it is still the one that was found; undefined where it is to be left out. */
  async #probeFile(found: Found): Promise<FileProbe | undefined> {
    const look = await this.leftOut.probeFile(found)
    if (look !== 'another') return look
    this.#moving.add(this.#logOf(found.path))
    return undefined
  }

  /** Drops what is not to be remembered any longer, so that neither memory nor a look grows with each rotation. */
  async #forget(): Promise<void> {
    const { entries } = this.#options.checkpoint
    for (const [log, own] of this.#byLog) {
      const nameless = [...own].filter((tail) => tail.isPlaced && !tail.isNamed && tail.isDrained)
      for (const tail of nameless.slice(0, Math.max(0, nameless.length - MAX_NAMELESS))) await tail.displace()
      const gone = [...own].filter((tail) => !tail.isPlaced && !tail.isSought)
      if (gone.length === 0) continue
      const excess = gone
        .filter((tail) => this.#folders.isCertain(tail.entry.path))
        .toSorted((one, other) => one.entry.seenAt - other.entry.seenAt)
        .slice(0, Math.max(0, gone.length - REMEMBERED_GONE))
      const expired = gone.filter(({ entry }) => !entries.has(entry.id))
      for (const tail of new Set([...excess, ...expired])) this.#drop(tail, own)
      if (own.size === 0) this.#byLog.delete(log)
    }
  }

  #drop(tail: FileWatcher, own: Set<FileWatcher>): void {
    own.delete(tail)
    this.tails.delete(tail)
    this.#used.delete(tail)
    this.#options.checkpoint.entries.delete(tail.entry.id)
    this.#countName(tail.entry.file, -1)
    for (const other of own) if (other.after === tail) other.after = tail.after
  }

  #countName(file: string, by: number): void {
    const count = (this.#firstNames.get(file) ?? 0) + by
    if (count > 0) this.#firstNames.set(file, count)
    else this.#firstNames.delete(file)
  }

  #place(tail: FileWatcher, look: FileProbe): void {
    tail.place(look)
    this.#placed.add(fileKey(look.stats.dev, look.stats.ino))
  }

  #faultsNow(): ReadonlyMap<string, Error> {
    const faults = new Map<string, Error>([...this.#folders.faults, ...this.leftOut.faults])
    for (const { fault, entry } of this.tails) if (fault) faults.set(entry.path, fault)
    return faults
  }

  #logOf(path: string): string {
    return this.#folders.names.logOf(path)
  }

  /** The oldest first, by their names; by their times where the names do not tell. */
  #byAge(one: Found, other: Found): number {
    return (
      this.#logOf(one.path).localeCompare(this.#logOf(other.path)) ||
      this.#folders.names.compareAge(one.path, other.path) ||
      one.stats.mtimeMs - other.stats.mtimeMs
    )
  }
}

function sameFile({ entry }: FileWatcher, files: ReadonlyMap<string, Found>): Found | undefined {
  return files.get(fileKey(entry.device, entry.inode))
}

function keyOf({ stats }: Found): string {
  return fileKey(stats.dev, stats.ino)
}
