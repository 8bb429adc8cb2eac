import { randomBytes } from 'node:crypto'
import { mkdirSync, readFileSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PlaystreamError } from '../../../catalog/errors.ts'
import type { Fingerprint, Mark } from '../content/fingerprint.ts'

const VERSION = 1
/** How long what has disappeared is remembered, in ms: its compressed copy may come a day later, or a week. */
const REMEMBERED_MS = 14 * 24 * 60 * 60 * 1000

/** A file, and up to where its lines are acknowledged. */
export interface Entry {
  /** What the identities of its lines begin with. No other content has it, whatever its name and inode. */
  readonly id: string
  /** Where it was found first, which its records name as their source. */
  readonly file: string
  path: string
  device: number
  inode: number
  fingerprint: Fingerprint
  offset: number
  isSkipping: boolean
  /** The bytes before `offset`; checkpoints of earlier releases have none. */
  mark?: Mark
  /** How far its lines were given to the broker, acknowledged or not: other content must not take their identities. */
  sent?: Mark
  /** When its inode was made, in ms since the epoch, where the file system tells: a number that is used again differs here. */
  born?: number
  /** Where an unfinished line was ended: decided before it is sent, so that it ends there again after a crash. */
  breakAt?: number
  /** When it was last there, in ms since the epoch. */
  seenAt: number
}

/** The checkpoint cannot be read, or is not one. */
export class CheckpointError extends PlaystreamError {}

interface Stored {
  readonly version: number
  readonly shipper: string
  readonly count: number
  readonly files: readonly Entry[]
}

/**
 * Which files there are and how far each is acknowledged, in a JSON file that is replaced as a whole: a crash leaves the one
 * before or the one after. One shipper has it at a time; who opens it sees to that.
 */
export class Checkpoint {
  readonly file: string
  /** Whether there was none before. */
  readonly isNew: boolean
  readonly entries = new Map<string, Entry>()
  /** What the identities of all its lines begin with, and no other shipper's. */
  readonly shipper: string
  #count = 0
  #saving: Promise<void> = Promise.resolve()

  private constructor(file: string, stored: Stored | undefined) {
    this.file = file
    this.isNew = stored === undefined
    this.shipper = stored?.shipper ?? randomBytes(6).toString('hex')
    this.#count = stored?.count ?? 0
    for (const entry of stored?.files ?? []) this.entries.set(entry.id, entry)
  }

  /** @throws CheckpointError where there is one that cannot be used */
  static open(file: string): Checkpoint {
    try {
      mkdirSync(dirname(file), { recursive: true, mode: 0o700 })
    } catch (error) {
      throw new CheckpointError(
        `the folder of the checkpoint ${file} cannot be made: ${(error as Error).message}`,
      )
    }
    return new Checkpoint(file, read(file))
  }

  /**
   * A new entry. Its id tells this shipper and this file of it from all others. The random part keeps ids apart when an older
   * copy of the checkpoint is put back and counts on from there: two logs may begin alike, and so have the same hash.
   */
  add(entry: Omit<Entry, 'id'>): Entry {
    this.#count += 1
    const random = randomBytes(4).toString('hex')
    const id = `${this.shipper}-${this.#count.toString(36)}-${entry.fingerprint.hash.slice(0, 8)}${random}`
    const added = { ...entry, id }
    this.entries.set(id, added)
    return added
  }

  /**
   * Writes it as it is now, and returns when the disk has it.
   * @throws CheckpointError where it cannot be written; the one before is then still there
   */
  save(): Promise<void> {
    this.#saving = this.#saving.catch(() => undefined).then(() => this.#write())
    return this.#saving
  }

  async #write(): Promise<void> {
    const oldest = Date.now() - REMEMBERED_MS
    for (const { id, seenAt } of this.entries.values()) if (seenAt < oldest) this.entries.delete(id)
    const stored: Stored = {
      version: VERSION,
      shipper: this.shipper,
      count: this.#count,
      files: [...this.entries.values()],
    }
    const partial = `${this.file}.partial`
    try {
      await writeDurably(partial, `${JSON.stringify(stored)}\n`)
      await rename(partial, this.file)
      await sync(dirname(this.file))
    } catch (error) {
      await rm(partial, { force: true }).catch(() => undefined)
      throw new CheckpointError(
        `the checkpoint ${this.file} cannot be written: ${(error as Error).message}; make room for it or name another with --checkpoint: what is not in it is sent again`,
      )
    }
  }
}

function read(file: string): Stored | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new CheckpointError(`the checkpoint ${file} cannot be read: ${(error as Error).message}`)
  }
  try {
    const stored = JSON.parse(text) as Stored
    if (isWhole(stored)) return stored
  } catch {
    // Said below.
  }
  throw new CheckpointError(
    `${file} is no checkpoint of this version; name another with --checkpoint, or remove it and ship all anew`,
  )
}

/** What a shipper relies on: an offset that is none would have it read from anywhere. */
function isWhole({ version, shipper, count, files }: Stored): boolean {
  return (
    version === VERSION &&
    typeof shipper === 'string' &&
    Number.isSafeInteger(count) &&
    files.every(
      ({ id, file, path, fingerprint, offset, mark, sent }) =>
        [id, file, path, fingerprint.hash].every((text) => typeof text === 'string') &&
        [fingerprint.length, offset].every(isCount) &&
        [mark, sent].every((one) => one === undefined || isMark(one)),
    )
  )
}

function isMark({ end, length, hash }: Mark): boolean {
  return typeof hash === 'string' && [end, length].every(isCount) && length <= end
}

function isCount(number: number): boolean {
  return Number.isSafeInteger(number) && number >= 0
}

async function writeDurably(file: string, text: string): Promise<void> {
  const handle = await open(file, 'w', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A rename is on the disk when its folder is. */
async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
