import { existsSync } from 'node:fs'
import { binaryKind } from '../content/binary-content.ts'
import { type Found, fileKey } from '../folders/folders.ts'
import { type FileProbe, probeFile } from './file-probe.ts'
import type { SayOnce } from './say-once.ts'

/** How long a compressed file that breaks off may go unchanged before it counts as damaged, in ms. */
export const STILL_WRITTEN_MS = 10_000

interface State {
  readonly size: number
  readonly mtimeMs: number
}

/** The files that are found and not followed: no text, copies, or not readable now. Each is named once, and looked at again when it changes. */
export class LeftOut {
  /** Why files cannot be read, as of the last look. */
  readonly faults = new Map<string, Error>()
  readonly #once: SayOnce
  readonly #isOnce: boolean
  readonly #binary = new Map<string, State>()
  readonly #copies = new Map<string, State>()

  constructor(once: SayOnce, isOnce: boolean) {
    this.#once = once
    this.#isOnce = isOnce
  }

  /** Files that are no text. */
  get binary(): number {
    return this.#binary.size
  }

  /** Begins a look at the folders: what is no longer there is forgotten. */
  begin(found: ReadonlyMap<string, Found>): void {
    this.faults.clear()
    for (const states of [this.#binary, this.#copies])
      for (const key of states.keys()) if (!found.has(key)) states.delete(key)
  }

  /** Whether nothing new is to be learned of a file. */
  has(found: Found): boolean {
    return isAsIn(this.#binary, found) || isAsIn(this.#copies, found)
  }

  /** A compressed copy of a file that is followed. */
  addCopy(found: Found): void {
    this.#copies.set(keyOf(found), stateOf(found))
  }

  /** What a file looks like; undefined where it is left out, `another` where it is no longer the one that was found. */
  async probeFile(found: Found): Promise<FileProbe | undefined | 'another'> {
    const { path, stats } = found
    let look: FileProbe
    try {
      look = await probeFile(path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return 'another'
      this.faults.set(path, error as Error)
      this.#once.fault(path, error as Error)
      return undefined
    }
    if (fileKey(look.stats.dev, look.stats.ino) !== fileKey(stats.dev, stats.ino)) return 'another'
    const kind = binaryKind(look.head)
    if (kind !== undefined) {
      this.#binary.set(keyOf(found), stateOf(found))
      const fix = kind.startsWith('UTF') ? '; convert it with iconv to have it shipped' : ''
      this.#once.say(`${path} is left out: it is ${kind}, and not lines of UTF-8${fix}`)
      return undefined
    }
    this.#binary.delete(keyOf(found))
    return look.isUnfinished && this.#isStillWritten(look) ? undefined : look
  }

  /** gzip removes the file that it compresses when it is done: until then that file has the lines. */
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

function keyOf({ stats }: Found): string {
  return fileKey(stats.dev, stats.ino)
}
