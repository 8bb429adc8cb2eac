import { FINGERPRINT_BYTES, fingerprintOf, isOf } from '../content/fingerprint.ts'
import type { Folders, Found } from '../folders/folders.ts'
import { isCopy } from './copies.ts'
import { endOfLastLine, type FileProbe, hasEndOf, holds } from './file-probe.ts'
import type { FileWatcher } from './file-watcher.ts'
import type { KnownFiles } from './known-files.ts'
import type { LeftOut } from './left-out.ts'
import type { LostFiles } from './lost-files.ts'
import type { OpenFiles } from './open-files.ts'
import type { SayOnce } from './say-once.ts'
import type { Scan } from './scan.ts'

export interface NewFilesOptions {
  readonly folders: Folders
  readonly known: KnownFiles
  readonly lost: LostFiles
  readonly leftOut: LeftOut
  readonly openFiles: OpenFiles
  readonly once: SayOnce
}

/** Decides what a file is that is not followed yet: the rest of a known one, a copy, or a new file. */
export class NewFiles {
  readonly #options: NewFilesOptions

  constructor(options: NewFilesOptions) {
    this.#options = options
  }

  /**
   * Follows a file unless it is a copy. Returns whether it is new to the checkpoint.
   * @param copies files that were copies of it a moment ago: if they no longer are, it was truncated
   * @param from where to begin in a new file
   */
  async adopt(
    found: Found,
    copies: readonly Found[],
    from: 'beginning' | 'end',
    scan: Scan,
  ): Promise<boolean> {
    const { folders, known, lost } = this.#options
    const { path } = found
    const log = folders.names.logOf(path)
    const probe = await scan.probe(found)
    for (const copy of copies) {
      if (probe && (await isCopy(copy, path))) continue
      scan.moving.add(log)
      return false
    }
    // An empty file looks like any other empty file, and like a copy that has just been created.
    if (!probe || (probe.head.length === 0 && !probe.isUnfinished)) return false
    if (await lost.continueIn(probe, log, scan)) return false
    if (await this.#isExplained(probe, found, log, scan)) return false
    await this.#announce(probe, log)
    const watcher = known.add({
      file: path,
      path,
      device: probe.stats.dev,
      inode: probe.stats.ino,
      fingerprint: fingerprintOf(probe.head),
      offset: from === 'end' ? await endOfLastLine(probe) : 0,
      isSkipping: false,
      seenAt: Date.now(),
    })
    scan.locate(watcher, probe)
    return true
  }

  /** Whether a followed file accounts for this one: it is a copy, or its log moved and the next scan decides. */
  async #isExplained(probe: FileProbe, found: Found, log: string, scan: Scan): Promise<boolean> {
    const { known, leftOut, once } = this.#options
    for (const watcher of known.of(log)) {
      if (!watcher.isLocated) continue
      const verdict = await this.#compare(watcher, probe)
      if (verdict === 'other') continue
      if (verdict === 'copy') {
        if (probe.isGzip) leftOut.addCopy(found)
        once.say(
          `${probe.path} is a copy of ${watcher.entry.path}, which is followed: it is not shipped again`,
        )
        return true
      }
      // The file was truncated or moved after the scan; the next scan will locate it.
      if (verdict === 'truncated') await scan.lose(watcher)
      scan.moving.add(log)
      return true
    }
    return false
  }

  /**
   * Whether a file is a copy of a followed one: a backup, or the copy that copytruncate makes before it truncates the
   * original, complete or not. A copy is not longer than the original, and begins and ends as the original does there. A
   * file under the log's own name is never a copy of a rotated one, because logs may all begin alike. The followed file is
   * read last: if it still is itself then, it was when the copy was read.
   */
  async #compare(watcher: FileWatcher, probe: FileProbe): Promise<'copy' | 'other' | 'truncated' | 'away'> {
    if (watcher.reader.isGzip) return 'other'
    const { fingerprint } = watcher.entry
    if (probe.isGzip && probe.head.length >= fingerprint.length && !isOf(fingerprint, probe.head))
      return 'other'
    try {
      if (!(await watcher.reader.open())) return 'away'
      await this.#options.openFiles.use(watcher)
      const head = () => watcher.reader.peek(0, FINGERPRINT_BYTES)
      const mayBeCopy = probe.isGzip || !this.#options.folders.names.isLive(probe.path)
      let own = await head()
      if (mayBeCopy && own.subarray(0, probe.head.length).equals(probe.head)) {
        if (await hasEndOf(probe, (from, length) => watcher.reader.peek(from, length))) return 'copy'
        own = await head()
      }
      return (await watcher.reader.isItself(own)) ? 'other' : 'truncated'
    } catch {
      // A read error is reported when the file's lines are read.
      return 'other'
    }
  }

  /** Reports a new file under a log's own name that begins with everything shipped from a file that still exists. */
  async #announce(probe: FileProbe, log: string): Promise<void> {
    const { folders, known, once } = this.#options
    if (probe.isGzip || !folders.names.isLive(probe.path)) return
    for (const watcher of known.of(log))
      if (watcher.isLocated && watcher.reader.marks.length > 0 && (await holds(probe, watcher.reader)))
        once.say(
          `${probe.path} is a new file that begins with the ${watcher.reader.position.offset} bytes already shipped from ${watcher.entry.path}: ` +
            'it is shipped from its beginning, and these lines arrive again',
        )
  }
}
