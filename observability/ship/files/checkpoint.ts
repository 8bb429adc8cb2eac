import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PlaystreamError } from '../../../catalog/errors.ts'
import { makePrivateFolder, PRIVATE_FILE } from '../../../kafka/private-files.ts'
import type { Fingerprint, Mark } from '../content/fingerprint.ts'

const VERSION = 1
/** How long a vanished file is remembered, in ms: its compressed copy may appear a week later. */
const REMEMBERED_MS = 14 * 24 * 60 * 60 * 1000

/** A file, and the offset up to which its lines are acknowledged. */
export interface Entry {
  /** The prefix of its lines' identities. No other content has the same, whatever its name and inode. */
  readonly id: string
  /** The path at which it was found first, which its records name as their source. */
  readonly file: string
  path: string
  device: number
  inode: number
  fingerprint: Fingerprint
  offset: number
  isSkipping: boolean
  /** The bytes before `offset`; checkpoints of earlier releases have none. */
  mark?: Mark
  /** The bytes before the offset up to which lines were sent, acknowledged or not: no other content may get their identities. */
  sent?: Mark
  /** When its inode was created, in ms since the epoch, if the file system tells: a reused inode number differs here. */
  born?: number
  /** Where an unfinished line ends: decided before the line is sent, so that it ends there again after a crash. */
  breakAt?: number
  /** When the file was last seen, in ms since the epoch. */
  seenAt: number
}

/** The checkpoint cannot be read or written, or is damaged. */
export class CheckpointError extends PlaystreamError {}

interface Stored {
  readonly version: number
  readonly shipper: string
  readonly count: number
  readonly files: readonly Entry[]
}

/**
 * The known files and how far each is acknowledged, in a JSON file that is replaced atomically: a crash leaves either the old
 * or the new one. Only one shipper may use it at a time; the caller ensures that.
 */
export class Checkpoint {
  readonly file: string
  /** Whether the file did not exist. */
  readonly isNew: boolean
  readonly entries = new Map<string, Entry>()
  /** The prefix of the identities of all lines, unique to this shipper. */
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

  /** @throws CheckpointError if the file exists and cannot be used, or its folder cannot be created */
  static open(file: string): Checkpoint {
    try {
      makePrivateFolder(dirname(file))
    } catch (error) {
      throw new CheckpointError(
        `the folder of the checkpoint ${file} cannot be created: ${(error as Error).message}`,
      )
    }
    return new Checkpoint(file, read(file))
  }

  /**
   * Adds an entry with an id that no other file of any shipper has. The random part keeps ids unique if an older copy of the
   * checkpoint is restored, whose count continues from there, and two logs begin alike.
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
   * Saves the current state, and returns when it is on disk.
   * @throws CheckpointError if it cannot be written; the previous checkpoint is then unchanged
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
        `the checkpoint ${this.file} cannot be written: ${(error as Error).message}; make room for it or name another with --checkpoint; lines that it does not have are sent again`,
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
    // Reported below.
  }
  throw new CheckpointError(
    `${file} is not a checkpoint of this version; name another with --checkpoint, or remove it to ship everything again`,
  )
}

/** Checks the fields that a shipper relies on: with an invalid offset it would read from anywhere. */
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
  const handle = await open(file, 'w', PRIVATE_FILE)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A rename is on disk when its folder is synced. */
async function sync(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
