import { globSync, readdirSync, type Stats, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import { logOf } from './rotated-name.ts'

export interface Found {
  readonly path: string
  readonly stats: Stats
}

/** What tells a file from all others that are there at the same time. */
export function fileKey(device: number, inode: number): string {
  return `${device}:${inode}`
}

/** Looks for the files of paths and globs, and for those beside them that a log was rotated to. */
export class Folders {
  readonly #patterns: readonly string[]
  #listed = new Map<string, readonly string[]>()

  constructor(patterns: readonly string[]) {
    this.#patterns = patterns.map((pattern) => resolve(pattern))
  }

  /** Every file that there is now, once by whatever names: hard and symbolic links are one. By `fileKey`. */
  find(): ReadonlyMap<string, Found> {
    this.#listed.clear()
    const found = new Map<string, Found>()
    const paths = this.#patterns.flatMap((pattern) =>
      // A file may be called like a glob.
      statSync(pattern, { throwIfNoEntry: false }) ? [pattern] : globSync(pattern).sort(),
    )
    for (const path of paths) {
      const stats = this.look(path)
      if (!stats) continue
      const key = fileKey(stats.dev, stats.ino)
      if (!found.has(key)) found.set(key, { path, stats })
    }
    return found
  }

  /** The logs of files that have appeared, gone or changed their names since they were found. */
  movedSince(found: ReadonlyMap<string, Found>): ReadonlySet<string> {
    const now = this.find()
    const moved = [
      ...[...found].filter(([key, { path }]) => now.get(key)?.path !== path),
      ...[...now].filter(([key]) => !found.has(key)),
    ]
    return new Set(moved.map(([, { path }]) => logOf(path)))
  }

  /** The regular file of a path; undefined where there is none. */
  look(path: string): Stats | undefined {
    try {
      const stats = statSync(path, { throwIfNoEntry: false })
      return stats?.isFile() ? stats : undefined
    } catch {
      // A folder on the way that may not be entered, or is none.
      return undefined
    }
  }

  /** The files whose names make them parts of the same log, as of the last `find`. */
  siblings(path: string): Found[] {
    const folder = dirname(path)
    const log = logOf(path)
    return this.#list(folder).flatMap((name) => {
      const sibling = join(folder, name)
      const stats = logOf(sibling) === log ? this.look(sibling) : undefined
      return stats ? [{ path: sibling, stats }] : []
    })
  }

  #list(folder: string): readonly string[] {
    let names = this.#listed.get(folder)
    if (!names) {
      try {
        names = readdirSync(folder)
      } catch {
        names = []
      }
      this.#listed.set(folder, names)
    }
    return names
  }
}
