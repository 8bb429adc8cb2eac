import { type Folders, type Found, fileKey, keyOf } from '../folders/folders.ts'
import { bytesOf, type FileProbe, holds, isBeginningOf, lineBefore } from './file-probe.ts'
import type { FileWatcher } from './file-watcher.ts'
import type { KnownFiles } from './known-files.ts'
import type { SayOnce } from './say-once.ts'
import type { Scan } from './scan.ts'

/** How much older than the last sight of its original a copy may seem, in ms: the resolution of a file system's clock. */
const CLOCK_RESOLUTION_MS = 100

export interface LostFilesOptions {
  readonly folders: Folders
  readonly known: KnownFiles
  readonly once: SayOnce
}

/** Finds where the content of known files continues: under another name, in a copy, or in a compressed copy. */
export class LostFiles {
  readonly #folders: Folders
  readonly #known: KnownFiles
  readonly #once: SayOnce

  constructor({ folders, known, once }: LostFilesOptions) {
    this.#folders = folders
    this.#known = known
    this.#once = once
  }

  /** Looks for the file's inode: among the files found, beside its last and its first path, and in subfolders. */
  async locateByInode(watcher: FileWatcher, found: ReadonlyMap<string, Found>, scan: Scan): Promise<void> {
    const { device, inode, path, file } = watcher.entry
    const isSearched = watcher.state.kind === 'lost' && watcher.reader.marks.length > 0
    const here =
      sameInode(watcher, found) ??
      sameInode(watcher, this.#folders.siblings(path)) ??
      sameInode(watcher, this.#folders.siblings(file)) ??
      (isSearched ? this.#folders.inodeNear(path, device, inode) : undefined)
    if (!here || !watcher.reader.isSameFile(here.stats) || scan.isFollowed(here)) return
    const probe = await scan.probe(here)
    if (!probe || !watcher.reader.isSameFile(probe.stats) || !(await holds(probe, watcher.reader))) return
    scan.locate(watcher, (await this.#copyWithTheRest(watcher, probe, scan)) ?? probe)
  }

  /** Locates a known file in a file that holds its content. Returns whether there was such a known file. */
  async continueIn(probe: FileProbe, log: string, scan: Scan): Promise<boolean> {
    for (const watcher of this.#known.of(log)) {
      const { entry, reader } = watcher
      if (watcher.isLocated || entry.fingerprint.length === 0 || !(await holds(probe, watcher.reader)))
        continue
      const isLive = !probe.isGzip && this.#folders.names.isLive(probe.path)
      const wasRead = reader.position.offset > 0 || entry.sent !== undefined
      // A rotated file is what the log was. A file under the log's own name may be a new log with the same beginning.
      if (!isLive || !wasRead || (await hasTimeBefore(probe, watcher))) {
        scan.locate(watcher, probe)
        return true
      }
      this.#once.say(
        `${probe.path} is a new file that begins with the ${reader.position.offset} bytes already shipped from the previous file, and ` +
          'no time in them tells whether it is the same log: it is shipped from its beginning, and these lines arrive again',
      )
    }
    return false
  }

  /** Looks among the rotated files of the log, including those outside the patterns, for one that holds the content. */
  async locateInSibling(watcher: FileWatcher, scan: Scan): Promise<void> {
    const { fingerprint, file } = watcher.entry
    if (fingerprint.length === 0) return
    const siblings = [...this.#folders.siblings(file).values()]
    const seen = siblings.map((one) => `${keyOf(one)}:${one.stats.size}:${one.stats.mtimeMs}`).join()
    if (watcher.state.kind === 'gone' && seen === watcher.searched) return
    watcher.searched = seen
    // The youngest first: a file older than the loss is not a copy of the lost one.
    for (const one of siblings.toSorted((a, b) => b.stats.birthtimeMs - a.stats.birthtimeMs)) {
      if (scan.isFollowed(one) || this.#folders.names.isLive(one.path)) continue
      const probe = await scan.probe(one)
      if (!probe || !(await holds(probe, watcher.reader))) continue
      scan.locate(watcher, probe)
      return
    }
  }

  /**
   * The copy of a file, made while no shipper ran, that holds more of it than the file itself, which was then truncated and
   * refilled with the same beginning.
   */
  async #copyWithTheRest(watcher: FileWatcher, probe: FileProbe, scan: Scan): Promise<FileProbe | undefined> {
    if (watcher.entry.fingerprint.length === 0 || !this.#folders.names.isLive(probe.path)) return undefined
    for (const sibling of this.#folders.siblings(probe.path).values()) {
      const isYounger = sibling.stats.birthtimeMs > watcher.entry.seenAt - CLOCK_RESOLUTION_MS
      if (!isYounger || watcher.reader.isSameFile(sibling.stats) || scan.isFollowed(sibling)) continue
      const copy = await scan.probe(sibling)
      if (!copy || !(await holds(copy, watcher.reader))) continue
      if (await isBeginningOf(copy, (from, length) => bytesOf(probe.path, from, length))) continue
      this.#once.say(
        `${probe.path} was truncated and refilled with the same beginning while no shipper ran: ${copy.path} has the rest of ` +
          `the previous content; ${probe.path} is shipped from its beginning`,
      )
      return copy
    }
    return undefined
  }
}

/** Whether the last line that was read has a time: a different log does not have the same line at the same offset. */
async function hasTimeBefore(probe: FileProbe, watcher: FileWatcher): Promise<boolean> {
  if (watcher.reader.marks.length === 0) return false
  const line = await lineBefore(probe, watcher.reader.position.offset)
  return line !== '' && watcher.parse(line).timestamp !== null
}

/** The file with the inode of a watched file, by number only. */
export function sameInode({ entry }: FileWatcher, files: ReadonlyMap<string, Found>): Found | undefined {
  return files.get(fileKey(entry.device, entry.inode))
}
