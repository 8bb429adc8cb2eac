import type { Stats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'

/** What a file says, by the offsets in it: those of the text, where the file holds it compressed. */
export interface Content {
  /**
   * Fills the buffer with what lies at the position, as far as there is; 0 at the end.
   * @throws where the file cannot be read, or breaks off
   */
  read(buffer: Buffer, position: number): Promise<number>
  /** Of the file, wherever its name has gone. */
  stat(): Promise<Stats>
  close(): Promise<void>
}

/** A file as it lies there. */
export class PlainContent implements Content {
  readonly #handle: FileHandle

  constructor(handle: FileHandle) {
    this.#handle = handle
  }

  async read(buffer: Buffer, position: number): Promise<number> {
    const { bytesRead } = await this.#handle.read(buffer, 0, buffer.length, position)
    return bytesRead
  }

  stat(): Promise<Stats> {
    return this.#handle.stat()
  }

  async close(): Promise<void> {
    await this.#handle.close()
  }
}
