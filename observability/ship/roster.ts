import type { Stats } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import type { LogLine } from '../formats/log-line.ts'
import type { Checkpoint } from './checkpoint.ts'
import { FINGERPRINT_BYTES, fingerprintOf, isOf } from './fingerprint.ts'
import { Folders, type Found, fileKey } from './folders.ts'
import { COMPRESSED_HEAD_BYTES, isGzip, textHead } from './gzip-content.ts'
import { logOf } from './rotated-name.ts'
import { Tail } from './tail.ts'

/** How long a file that has lost its name is listened to after its last growth, in ms: its writer may still have it open. */
const NAMELESS_MS = 60_000
const BLOCK = 64 * 1024
const LINE_FEED = 10

export interface RosterOptions {
  readonly patterns: readonly string[]
  readonly checkpoint: Checkpoint
  readonly from: 'beginning' | 'end'
  readonly reader: (tail: Tail) => (text: string) => LogLine
  /** How many files are open at the most, but for those that have lost their names. */
  readonly maxOpen: number
  readonly say: (line: string) => void
}

/** What a file looks like before it is known which one it is. */
interface Look {
  /** Its first bytes, or its text's. */
  readonly head: Buffer
  readonly isGzip: boolean
}

/** Which files are followed, and where each of them is by now. */
export class Roster {
  readonly tails = new Set<Tail>()
  readonly #options: RosterOptions
  readonly #folders: Folders
  /** Those that may be open, in the order of their last use. */
  readonly #used = new Set<Tail>()
  /** The file of each log that was placed last. */
  readonly #latest = new Map<string, Tail>()
  readonly #said = new Set<string>()
  /** Whether files may be begun at their end: those that are there at the very first look, before any checkpoint. */
  #isFirstLook: boolean

  constructor(options: RosterOptions) {
    this.#options = options
    this.#folders = new Folders(options.patterns)
    this.#isFirstLook = options.checkpoint.isNew
    for (const entry of options.checkpoint.entries.values()) this.tails.add(new Tail(entry, options.reader))
  }

  /**
   * Looks at the folders: who is where, who was rotated, emptied or removed, and who is new. Returns whether any file is new
   * to the checkpoint.
   */
  async look(): Promise<boolean> {
    const found = this.#folders.find()
    for (const tail of this.tails) if (tail.isPlaced) await this.#follow(tail, found)
    const placed = new Set<string>()
    for (const { isPlaced, entry } of this.tails) if (isPlaced) placed.add(fileKey(entry.device, entry.inode))
    // The oldest first: a log's lines are in the order of its files.
    const unknown = [...found]
      .filter(([key]) => !placed.has(key))
      .map(([, one]) => one)
      .sort(byAge)
    // Who is still where it was comes before the copies of it.
    const others: Found[] = []
    for (const one of unknown) if (!(await this.#find(one))) others.push(one)
    let isChanged = false
    for (const one of others) if (await this.#adopt(one)) isChanged = true
    // What was cut off or has disappeared may lie beside its old name, outside of what was asked for.
    for (const tail of this.tails) if (!tail.isPlaced) await this.#findRest(tail)
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
  async #find({ path, stats }: Found): Promise<boolean> {
    if (![...this.tails].some((tail) => !tail.isPlaced && tail.isSameFile(stats))) return false
    const look = await this.#lookInto(path, stats)
    const own =
      look && this.#candidates(path, stats, look).find((tail) => !tail.isPlaced && tail.isSameFile(stats))
    if (!own) return false
    this.#place(own, path, stats, look)
    return true
  }

  /** Makes sure that a file is followed. Returns whether it is new. */
  async #adopt({ path, stats }: Found): Promise<boolean> {
    // Nothing tells an empty file from others, a copy that is just being made among them.
    if (stats.size === 0) return false
    const look = await this.#lookInto(path, stats)
    if (!look) return false
    const known = this.#candidates(path, stats, look)
    const rest = known.find((tail) => !tail.isPlaced && tail.entry.fingerprint.length > 0)
    if (rest) {
      this.#place(rest, path, stats, look)
      return false
    }
    const log = logOf(path)
    for (const tail of this.tails) {
      if (!tail.isPlaced || tail.log !== log) continue
      if (!(await this.#isCopyOf(tail, path, stats, look))) {
        if (!known.includes(tail)) continue
        if (!(await this.#isEmptied(tail))) continue
        // In this very moment: what was a copy when we began to look is now all that there is.
        await tail.displace()
        this.#place(tail, path, stats, look)
        return false
      }
      this.#sayOnce(`${path} is a copy of ${tail.entry.path}, which is followed: it is not shipped again`)
      return false
    }
    const offset = this.#isFirstLook && this.#options.from === 'end' ? await endOf(path, stats, look) : 0
    const entry = this.#options.checkpoint.add({
      file: path,
      path,
      device: stats.dev,
      inode: stats.ino,
      fingerprint: fingerprintOf(look.head),
      offset,
      isSkipping: false,
      seenAt: Date.now(),
    })
    const tail = new Tail(entry, this.#options.reader)
    this.tails.add(tail)
    this.#place(tail, path, stats, look)
    return true
  }

  /** Lets a file begin where the one of its log that was placed before it ends. */
  #place(tail: Tail, path: string, stats: Stats, { isGzip: isCompressed }: Look): void {
    const before = this.#latest.get(tail.log)
    // Only ever for an older one: two must not wait for each other.
    tail.after = before && before.serial < tail.serial ? before : undefined
    if (!before || before.serial < tail.serial) this.#latest.set(tail.log, tail)
    tail.place(path, stats, isCompressed)
  }

  async #findRest(tail: Tail): Promise<void> {
    for (const { path, stats } of this.#folders.siblings(tail.entry.file)) {
      if ([...this.tails].some((other) => other.isPlaced && other.isSameFile(stats))) continue
      const look = await this.#lookInto(path, stats)
      if (!look || !this.#candidates(path, stats, look).includes(tail)) continue
      if (tail.entry.fingerprint.length === 0 && !tail.isSameFile(stats)) continue
      tail.place(path, stats, look.isGzip)
      return
    }
  }

  /** The known files whose content this one may hold: by what it begins with, by its inode or name, and by its size. */
  #candidates(path: string, stats: Stats, { head, isGzip: isCompressed }: Look): Tail[] {
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
   * beginning has to do.
   */
  async #isCopyOf(tail: Tail, path: string, stats: Stats, look: Look): Promise<boolean> {
    if (tail.isGzip) return false
    if (look.isGzip) return tail.entry.fingerprint.length > 0 && isOf(tail.entry.fingerprint, look.head)
    const from = Math.max(0, stats.size - FINGERPRINT_BYTES)
    for (const start of [0, from]) {
      const [own, other] = await Promise.all([bytesOf(path, start), bytesOf(tail.entry.path, start)])
      const length = Math.min(FINGERPRINT_BYTES, stats.size - start)
      if (!own || !other || own.length < length || other.length < length) return false
      if (!own.subarray(0, length).equals(other.subarray(0, length))) return false
    }
    return true
  }

  async #isEmptied({ entry, position, isNamed, isGzip: isCompressed }: Tail): Promise<boolean> {
    const stats = isNamed && !isCompressed ? this.#folders.look(entry.path) : undefined
    if (!stats) return false
    const head = await bytesOf(entry.path, 0)
    return stats.size < position.offset || (head !== undefined && !isOf(entry.fingerprint, head))
  }

  /** What a file begins with; undefined where it cannot be read, or is compressed and not all there yet. */
  async #lookInto(path: string, stats: Stats): Promise<Look | undefined> {
    const head = await bytesOf(path, 0, COMPRESSED_HEAD_BYTES)
    if (head === undefined) {
      this.#sayOnce(`${path} cannot be read: it is left out until it can`)
      return undefined
    }
    if (!isGzip(head)) return { head: head.subarray(0, FINGERPRINT_BYTES), isGzip: false }
    const text = textHead(head)
    const isWhole = head.length >= stats.size
    if (text === undefined || (text.length < FINGERPRINT_BYTES && !isWhole)) return undefined
    return { head: text.subarray(0, FINGERPRINT_BYTES), isGzip: true }
  }

  #sayOnce(line: string): void {
    if (this.#said.has(line)) return
    this.#said.add(line)
    this.#options.say(line)
  }
}

/** The oldest first. Of files of the same moment `auth.log.2` is older than `auth.log.1`, and that than `auth.log`. */
function byAge(one: Found, other: Found): number {
  return (
    one.stats.mtimeMs - other.stats.mtimeMs ||
    other.path.localeCompare(one.path, undefined, { numeric: true })
  )
}

async function bytesOf(path: string, from: number, length = FINGERPRINT_BYTES): Promise<Buffer | undefined> {
  let handle: FileHandle | undefined
  try {
    handle = await open(path, 'r')
    const bytes = Buffer.allocUnsafe(length)
    const { bytesRead } = await handle.read(bytes, 0, length, from)
    return bytes.subarray(0, bytesRead)
  } catch {
    return undefined
  } finally {
    await handle?.close()
  }
}

/** Where the last whole line of a file ends: what is unfinished is shipped whole when it is finished. */
async function endOf(path: string, stats: Stats, look: Look): Promise<number> {
  if (look.isGzip) return Number.MAX_SAFE_INTEGER
  for (let end = stats.size; end > 0; end -= BLOCK) {
    const from = Math.max(0, end - BLOCK)
    const bytes = await bytesOf(path, from, end - from)
    const last = bytes?.lastIndexOf(LINE_FEED) ?? -1
    if (last >= 0) return from + last + 1
  }
  return 0
}
