import { copyFile, type FileHandle, open, readdir, rename } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Rotation by renaming and opening a new file, or by copying and truncating (logrotate's `copytruncate`). */
export const ROTATIONS = ['rename', 'copytruncate'] as const

export type Rotation = (typeof ROTATIONS)[number]

/** A log file, appended to and rotated to `FILE.1` (the newest), `FILE.2` and so on. No file is ever removed. */
export class LogFile {
  readonly #path: string
  readonly #rotation: Rotation
  #handle: FileHandle
  /** Number of rotations so far. */
  rotations = 0

  private constructor(path: string, rotation: Rotation, handle: FileHandle) {
    this.#path = path
    this.#rotation = rotation
    this.#handle = handle
  }

  /** @throws the node:fs error if the file cannot be written */
  static async open(path: string, rotation: Rotation): Promise<LogFile> {
    return new LogFile(path, rotation, await open(path, 'a'))
  }

  async append(text: string): Promise<void> {
    await this.#handle.appendFile(text)
  }

  async rotate(): Promise<void> {
    await this.#makeRoom()
    const first = `${this.#path}.1`
    if (this.#rotation === 'rename') {
      await rename(this.#path, first)
      await this.#handle.close()
      this.#handle = await open(this.#path, 'a')
    } else {
      await copyFile(this.#path, first)
      await this.#handle.truncate()
    }
    this.rotations += 1
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }

  /** Renumbers the rotated files one higher, so that 1 is free. */
  async #makeRoom(): Promise<void> {
    const folder = dirname(this.#path)
    const prefix = `${basename(this.#path)}.`
    const numbers = (await readdir(folder))
      .filter((name) => name.startsWith(prefix) && /^[1-9]\d*$/.test(name.slice(prefix.length)))
      .map((name) => Number(name.slice(prefix.length)))
      .sort((one, other) => other - one)
    for (const number of numbers) {
      await rename(join(folder, `${prefix}${number}`), join(folder, `${prefix}${number + 1}`))
    }
  }
}
