import type { LogLine } from '../formats/log-line.ts'
import type { Checkpoint, Entry } from './checkpoint.ts'
import { fingerprintOf, isOf } from './fingerprint.ts'
import { Folders, type Found, fileKey } from './folders.ts'
import { copiesAmong, endOf, isBeginningOf, isCopy, type Look, lookInto } from './look.ts'
import { compareAge, logOf } from './rotated-name.ts'
import { Tail } from './tail.ts'

/** How long a file that has lost its name is listened to after its last growth, in ms: its writer may still have it open. */
const NAMELESS_MS = 60_000

export interface RosterOptions {
  readonly patterns: readonly string[]
  readonly checkpoint: Checkpoint
  readonly from: 'beginning' | 'end'
  readonly reader: (tail: Tail) => (text: string) => LogLine
  /** How many files are open at the most, but for those that have lost their names. */
  readonly maxOpen: number
  readonly say: (line: string) => void
}

/** Which files are followed, and where each of them is by now. */
export class Roster {
  readonly tails = new Set<Tail>()
  readonly #options: RosterOptions
  readonly #folders: Folders
  /** Those that may be open, in the order of their last use. */
  readonly #used = new Set<Tail>()
  /** The file of each log that became known last. */
  readonly #latest = new Map<string, Tail>()
  readonly #said = new Set<string>()
  /** Logs that were rotated while they were looked at. */
  readonly #moving = new Set<string>()
  /** Whether a file was left for the next look, for it is a copy. */
  #isCopied = false
  /** Whether files may be begun at their end: those that are there at the very first look, before any checkpoint. */
  #isFirstLook: boolean

  constructor(options: RosterOptions) {
    this.#options = options
    this.#folders = new Folders(options.patterns)
    this.#isFirstLook = options.checkpoint.isNew
    for (const entry of options.checkpoint.entries.values()) this.#add(entry)
  }

  /** Whether the next look will tell more than the last one, and should come soon. */
  get isMoving(): boolean {
    return this.#moving.size > 0 || this.#isCopied
  }

  /**
   * Looks at the folders: who is where, who was rotated, emptied or removed, and who is new. Returns whether any file is new
   * to the checkpoint.
   */
  async look(): Promise<boolean> {
    this.#moving.clear()
    this.#isCopied = false
    const found = this.#folders.find()
    for (const tail of this.tails) if (tail.isPlaced) await this.#follow(tail, found)
    const placed = new Set<string>()
    for (const { isPlaced, entry } of this.tails) if (isPlaced) placed.add(fileKey(entry.device, entry.inode))
    // The oldest first: a log's lines are in the order of its files.
    const unknown = [...found]
      .filter(([key]) => !placed.has(key))
      .map(([, one]) => one)
      .sort(byAge)
    // A list that was made while files were renamed lacks some, or has them by the names of others.
    if (unknown.length > 0) for (const log of this.#folders.movedSince(found)) this.#moving.add(log)
    // Who is still where it was comes before the copies of it.
    const others: Found[] = []
    for (const one of unknown) if (!(await this.#find(one))) others.push(one)
    let isChanged = false
    const copies = await copiesAmong(others)
    const copied = new Set([...copies.values()].flat())
    for (const one of others) {
      // The lines of the one that has moved come first.
      if (this.#moving.has(logOf(one.path))) continue
      // It tells what it is when the one that it is copied from is followed.
      if (copied.has(one)) this.#isCopied = true
      else if (await this.#adopt(one, copies.get(one))) isChanged = true
    }
    // What was cut off or has disappeared may lie beside its old name, outside of what was asked for.
    for (const tail of this.tails) if (!tail.isPlaced) await this.#findRest(tail)
    for (const tail of this.tails) if (!this.#moving.has(tail.log)) tail.isSought = false
    this.#isFirstLook = false
    return isChanged
  }

  /** Keeps the file open, and closes those that were used least recently where there are too many. */
  async use(tail: Tail): Promise<void> {
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
  async #follow(tail: Tail, found: ReadonlyMap<string, Found>): Promise<void> {
    const { entry, position } = tail
    const here =
      found.get(fileKey(entry.device, entry.inode)) ??
      this.#folders.siblings(entry.path).find(({ stats }) => tail.isSameFile(stats))
    if (!here) {
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

  /** Places the one that the checkpoint has by this very file. */
  async #find(one: Found): Promise<boolean> {
    if (![...this.tails].some((tail) => !tail.isPlaced && tail.isSameFile(one.stats))) return false
    const look = await this.#lookInto(one)
    const own = look && this.#candidates(look).find((tail) => !tail.isPlaced && tail.isSameFile(look.stats))
    if (!own) return false
    own.place(look)
    return true
  }

  /**
   * Makes sure that a file is followed. Returns whether it is new.
   * @param copies files that were copies of it a moment ago: where they are none any more, it was emptied
   */
  async #adopt(one: Found, copies: readonly Found[] = []): Promise<boolean> {
    const { path } = one
    const log = logOf(path)
    const look = await this.#lookInto(one)
    for (const copy of copies) {
      if (look && (await isCopy(copy, path))) continue
      this.#moving.add(log)
      return false
    }
    // Nothing tells an empty file from others, a copy that is just being made among them.
    if (!look || look.head.length === 0 || look.stats.size === 0) return false
    const rest = this.#candidates(look).find((tail) => !tail.isPlaced && tail.entry.fingerprint.length > 0)
    if (rest) {
      rest.place(look)
      return false
    }
    for (const tail of this.tails) {
      if (!tail.isPlaced || tail.log !== log) continue
      const verdict = await this.#compare(tail, look)
      if (verdict === 'other') continue
      if (verdict === 'copy') {
        this.#sayOnce(`${path} is a copy of ${tail.entry.path}, which is followed: it is not shipped again`)
        return false
      }
      // Emptied, or gone from where it was, since the folders were looked at: what is where is then told by the next look.
      if (verdict === 'emptied') await tail.displace()
      this.#moving.add(log)
      return false
    }
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
    this.#add(entry).place(look)
    return true
  }

  /** A file that is new comes after all those of its log that are known. */
  #add(entry: Entry): Tail {
    const tail = new Tail(entry, this.#options.reader)
    tail.after = this.#latest.get(tail.log)
    this.#latest.set(tail.log, tail)
    this.tails.add(tail)
    return tail
  }

  async #findRest(tail: Tail): Promise<void> {
    for (const { path, stats } of this.#folders.siblings(tail.entry.file)) {
      if ([...this.tails].some((other) => other.isPlaced && other.isSameFile(stats))) continue
      const look = await this.#lookInto({ path, stats })
      if (!look || !this.#candidates(look).includes(tail)) continue
      if (tail.entry.fingerprint.length === 0 && !tail.isSameFile(look.stats)) continue
      tail.place(look)
      return
    }
  }

  /** The known files whose content this one may hold: by what it begins with, by its inode or name, and by its size. */
  #candidates({ path, stats, head, isGzip: isCompressed }: Look): Tail[] {
    const log = logOf(path)
    return [...this.tails].filter(
      (tail) =>
        (tail.isSameFile(stats) || tail.log === log) &&
        (isCompressed || stats.size >= tail.position.offset) &&
        isOf(tail.entry.fingerprint, head),
    )
  }

  /**
   * Whether a file is a copy of one that is followed: the one that copytruncate makes before it empties the other, as far as
   * it has come, or a backup. It is no longer, and begins and ends as the other does there. Of a compressed one the
   * beginning has to do. What is followed is read last: where it is itself still, so it was when the copy was looked at.
   */
  async #compare(tail: Tail, look: Look): Promise<'copy' | 'other' | 'emptied' | 'away'> {
    const { fingerprint } = tail.entry
    if (tail.isGzip) return 'other'
    if (look.isGzip) return fingerprint.length > 0 && isOf(fingerprint, look.head) ? 'copy' : 'other'
    if (!(await tail.open())) return 'away'
    await this.use(tail)
    if (await isBeginningOf(look.path, look.stats.size, (from, length) => tail.peek(from, length)))
      return 'copy'
    return (await tail.isItself()) ? 'other' : 'emptied'
  }

  /** What a file begins with, if it is still the one that was found; undefined where it tells nothing. */
  async #lookInto({ path, stats }: Found): Promise<Look | undefined> {
    const look = await lookInto(path)
    const now = typeof look === 'string' ? this.#folders.look(path) : look.stats
    if (!now || fileKey(now.dev, now.ino) !== fileKey(stats.dev, stats.ino)) {
      this.#moving.add(logOf(path))
      return undefined
    }
    if (look === 'unreadable') this.#sayOnce(`${path} cannot be read: it is left out until it can`)
    return typeof look === 'string' ? undefined : look
  }

  #sayOnce(line: string): void {
    if (this.#said.has(line)) return
    this.#said.add(line)
    this.#options.say(line)
  }
}

/** The oldest first, by their names; by their times where the names do not tell. */
function byAge(one: Found, other: Found): number {
  return (
    logOf(one.path).localeCompare(logOf(other.path)) ||
    compareAge(one.path, other.path) ||
    one.stats.mtimeMs - other.stats.mtimeMs
  )
}
