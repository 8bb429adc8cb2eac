import { globSync, readdirSync, type Stats, statSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { statsOf } from './file-stats.ts'
import { LogNames } from './rotated-name.ts'

/** How often the folders of globs are checked for unreadable ones, in ms: a glob skips them without an error. */
const AUDIT_MS = 30_000
/** How many files of a folder are searched for an inode that has another name now. */
const MAX_SEARCHED = 20_000
const GLOB = /[*?[{]/

export interface Found {
  readonly path: string
  readonly stats: Stats
}

/** Identifies a file among all that exist at the same time. */
export function fileKey(device: number, inode: number): string {
  return `${device}:${inode}`
}

export function keyOf({ stats }: Found): string {
  return fileKey(stats.dev, stats.ino)
}

/**
 * Finds the files of paths and globs, and the rotated files beside them. A path that cannot be read does not keep the others
 * from being found.
 */
export class Folders {
  readonly names: LogNames
  /** The errors of unreadable paths, as of the last `find`. */
  readonly faults = new Map<string, NodeJS.ErrnoException>()
  readonly #patterns: readonly string[]
  readonly #isKnown: (path: string) => boolean
  #listed = new Map<string, ReadonlySet<string>>()
  #byLog = new Map<string, ReadonlyMap<string, readonly string[]>>()
  #siblings = new Map<string, ReadonlyMap<string, Found>>()
  #inodes = new Map<string, ReadonlyMap<string, Found>>()
  #auditAt = 0
  #audited = new Map<string, NodeJS.ErrnoException>()

  /** @param isKnown whether a file with this path existed at any time */
  constructor(patterns: readonly string[], isKnown: (path: string) => boolean) {
    this.#patterns = patterns.map((pattern) => resolve(pattern))
    this.#isKnown = isKnown
    this.names = new LogNames((path) => this.#isThere(path))
  }

  /** All files that exist now, by `fileKey`: a file with several links is found once. */
  find(): ReadonlyMap<string, Found> {
    for (const cache of [this.#listed, this.#byLog, this.#siblings, this.#inodes]) cache.clear()
    this.faults.clear()
    this.#audit()
    const found = new Map<string, Found>()
    for (const path of this.#patterns.flatMap((pattern) => this.#expand(pattern))) {
      const file = this.#fileAt(path)
      if (file && !found.has(keyOf(file))) found.set(keyOf(file), file)
    }
    return found
  }

  /** The logs with files that were created, deleted or renamed since they were found. */
  movedSince(found: ReadonlyMap<string, Found>): ReadonlySet<string> {
    const now = this.find()
    const moved = [
      ...[...found].filter(([key, { path }]) => now.get(key)?.path !== path),
      ...[...now].filter(([key]) => !found.has(key)),
    ]
    return new Set(moved.map(([, { path }]) => this.names.logOf(path)))
  }

  /** The files of a path's log, judged by their names, as of the last `find`; by `fileKey`. */
  siblings(path: string): ReadonlyMap<string, Found> {
    const log = this.names.logOf(path)
    let siblings = this.#siblings.get(log)
    if (!siblings) {
      const paths = this.#logsIn(dirname(path)).get(log) ?? []
      const found = paths.map((sibling) => this.#fileAt(sibling)).filter((file) => file !== undefined)
      siblings = new Map(found.map((file) => [keyOf(file), file]))
      this.#siblings.set(log, siblings)
    }
    return siblings
  }

  /** The regular file of a path; undefined if there is none. */
  #fileAt(path: string): Found | undefined {
    try {
      const stats = statSync(path, { throwIfNoEntry: false })
      return stats?.isFile() ? { path, stats } : undefined
    } catch (error) {
      this.faults.set(path, error as NodeJS.ErrnoException)
      return undefined
    }
  }

  #logsIn(folder: string): ReadonlyMap<string, readonly string[]> {
    let byLog = this.#byLog.get(folder)
    if (!byLog) {
      const paths = [...this.#list(folder)].map((name) => join(folder, name))
      byLog = Map.groupBy(paths, (path) => this.names.logOf(path))
      this.#byLog.set(folder, byLog)
    }
    return byLog
  }

  /** Finds an inode under any name in the folder of a path or in its subfolders, as of the last `find`. */
  inodeNear(path: string, device: number, inode: number): Found | undefined {
    const folder = dirname(path)
    const key = fileKey(device, inode)
    const own = this.#inodesIn(folder).get(key)
    if (own) return own
    for (const name of this.#list(folder)) {
      const below = join(folder, name)
      if (statsOf(below)?.isDirectory()) {
        const found = this.#inodesIn(below).get(key)
        if (found) return found
      }
    }
    return undefined
  }

  /** Whether the folder of a path was read or does not exist, so that a file missing in it is really gone. */
  isCertain(path: string): boolean {
    this.#list(dirname(path))
    return !this.faults.has(dirname(path))
  }

  #expand(pattern: string): string[] {
    try {
      // A file's name may look like a glob.
      if (!GLOB.test(pattern) || statsOf(pattern)) return [pattern]
      return globSync(pattern).sort()
    } catch (error) {
      this.faults.set(pattern, error as NodeJS.ErrnoException)
      return []
    }
  }

  /** Records the folders of globs that cannot be read. */
  #audit(): void {
    const now = performance.now()
    if (now >= this.#auditAt) {
      this.#auditAt = now + AUDIT_MS
      this.#audited = new Map()
      for (const pattern of this.#patterns.filter((one) => GLOB.test(one))) {
        const above = dirname(pattern)
        const folders = GLOB.test(above) ? this.#expand(above) : [above]
        for (const folder of folders) if (statsOf(folder)?.isDirectory()) this.#list(folder)
      }
      for (const [path, error] of this.faults) this.#audited.set(path, error)
    }
    for (const path of this.#audited.keys()) this.#list(path)
  }

  #isThere(path: string): boolean {
    return this.#isKnown(path) || this.#list(dirname(path)).has(basename(path))
  }

  #inodesIn(folder: string): ReadonlyMap<string, Found> {
    let inodes = this.#inodes.get(folder)
    if (!inodes) {
      const found = [...this.#list(folder)].slice(0, MAX_SEARCHED).flatMap((name) => {
        const path = join(folder, name)
        const stats = statsOf(path)
        return stats?.isFile() ? [{ path, stats }] : []
      })
      inodes = new Map(found.map((file) => [keyOf(file), file]))
      this.#inodes.set(folder, inodes)
    }
    return inodes
  }

  #list(folder: string): ReadonlySet<string> {
    let names = this.#listed.get(folder)
    if (!names) {
      names = new Set()
      try {
        names = new Set(readdirSync(folder))
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        if (code !== 'ENOENT' && code !== 'ENOTDIR') this.faults.set(folder, error as NodeJS.ErrnoException)
      }
      this.#listed.set(folder, names)
    }
    return names
  }
}
