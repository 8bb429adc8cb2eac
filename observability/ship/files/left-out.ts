import { existsSync } from 'node:fs'
import { binaryKind } from '../content/binary-content.ts'
import { type Found, keyOf } from '../folders/folders.ts'
import { type FileProbe, probeFile } from './file-probe.ts'
import type { SayOnce } from './say-once.ts'

/** How long an incomplete compressed file may stay unchanged before it counts as damaged, in ms. */
export const STILL_WRITTEN_MS = 10_000

interface State {
  readonly size: number
  readonly mtimeMs: number
}

/**
 * The files that are found and not followed: binary files, compressed copies and unreadable files. Each is reported once, and
 * examined again when it changes.
 */
export class LeftOut {
  /** The errors of unreadable files, as of the last scan. */
  readonly faults = new Map<string, Error>()
  readonly #once: SayOnce
  readonly #isOnce: boolean
  readonly #binary = new Map<string, State>()
  readonly #copies = new Map<string, State>()

  constructor(once: SayOnce, isOnce: boolean) {
    this.#once = once
    this.#isOnce = isOnce
  }

  /** How many files are not text. */
  get binary(): number {
    return this.#binary.size
  }

  /** Begins a scan: files that no longer exist are forgotten. */
  begin(found: ReadonlyMap<string, Found>): void {
    this.faults.clear()
    for (const states of [this.#binary, this.#copies])
      for (const key of states.keys()) if (!found.has(key)) states.delete(key)
  }

  /** Whether a file is left out and has not changed since. */
  has(found: Found): boolean {
    return isAsIn(this.#binary, found) || isAsIn(this.#copies, found)
  }

  /** Leaves out a compressed copy of a followed file. */
  addCopy(found: Found): void {
    this.#copies.set(keyOf(found), stateOf(found))
  }

  /** The beginning of a file; undefined if the file is left out, `replaced` if it is no longer the one that was found. */
  async probe(found: Found): Promise<FileProbe | undefined | 'replaced'> {
    const { path } = found
    let probe: FileProbe
    try {
      probe = await probeFile(path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'replaced'
      this.faults.set(path, error as Error)
      this.#once.fault(path, error as Error)
      return undefined
    }
    if (keyOf(probe) !== keyOf(found)) return 'replaced'
    const kind = binaryKind(probe.head)
    if (kind !== undefined) {
      this.#binary.set(keyOf(found), stateOf(found))
      const fix = kind.startsWith('UTF') ? '; convert it with iconv to have it shipped' : ''
      this.#once.say(`${path} is left out: it is ${kind}, and not lines of UTF-8${fix}`)
      return undefined
    }
    this.#binary.delete(keyOf(found))
    return probe.isUnfinished && this.#isStillWritten(probe) ? undefined : probe
  }

  /** gzip removes the original when it is done: until then, the lines are read from the original. */
  #isStillWritten({ path, stats }: FileProbe): boolean {
    if (existsSync(path.replace(/\.gz$/, '')) && path.endsWith('.gz')) return true
    return !this.#isOnce && Date.now() - stats.mtimeMs < STILL_WRITTEN_MS
  }
}

function isAsIn(states: ReadonlyMap<string, State>, found: Found): boolean {
  const state = states.get(keyOf(found))
  return state?.size === found.stats.size && state.mtimeMs === found.stats.mtimeMs
}

function stateOf({ stats: { size, mtimeMs } }: Found): State {
  return { size, mtimeMs }
}
