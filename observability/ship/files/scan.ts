import { type Found, fileKey, keyOf } from '../folders/folders.ts'
import type { FileProbe } from './file-probe.ts'
import type { FileWatcher } from './file-watcher.ts'
import type { LeftOut } from './left-out.ts'

/** What one scan of the folders has found out so far: which files are followed, and which logs moved meanwhile. */
export class Scan {
  /** Logs with files that were renamed, replaced or truncated during the scan: half a rotation cannot be recognized. */
  readonly moving = new Set<string>()
  /** Whether a copy was left to the next scan: it cannot be identified until its original is followed. */
  hasPostponed = false
  readonly #leftOut: LeftOut
  readonly #logOf: (path: string) => string
  /** The followed files, by `fileKey`. */
  readonly #followed = new Set<string>()

  constructor(leftOut: LeftOut, logOf: (path: string) => string) {
    this.#leftOut = leftOut
    this.#logOf = logOf
  }

  /** Whether the next scan will find out more, and should come soon. */
  get isUnfinished(): boolean {
    return this.moving.size > 0 || this.hasPostponed
  }

  /** Records that a located file is followed. */
  follow({ entry }: FileWatcher): void {
    this.#followed.add(fileKey(entry.device, entry.inode))
  }

  isFollowed(found: Found): boolean {
    return this.#followed.has(keyOf(found))
  }

  /** The content of a watched file is in this file from now on. */
  locate(watcher: FileWatcher, probe: FileProbe): void {
    watcher.locate(probe)
    this.follow(watcher)
  }

  /** The content of a watched file is no longer where it was. */
  async lose(watcher: FileWatcher): Promise<void> {
    this.#followed.delete(fileKey(watcher.entry.device, watcher.entry.inode))
    await watcher.lose()
  }

  /** The beginning of a file; undefined if the file is left out or was replaced after the folders were listed. */
  async probe(found: Found): Promise<FileProbe | undefined> {
    const probe = await this.#leftOut.probe(found)
    if (probe !== 'replaced') return probe
    this.moving.add(this.#logOf(found.path))
    return undefined
  }
}
