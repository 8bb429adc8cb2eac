import type { Stats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'

/** The text of a file by offset. The offsets of a compressed file are those of its decompressed text. */
export interface Content {
  /**
   * Fills the buffer from the position, and returns the number of bytes read: 0 at the end.
   * @throws if the file cannot be read
   */
  read(buffer: Buffer, position: number): Promise<number>
  /** The stats of the open file, whatever its name is. */
  stat(): Promise<Stats>
  close(): Promise<void>
}

/** The text of a file that is not compressed. */
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
