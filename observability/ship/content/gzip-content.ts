import type { Stats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import type { Content } from './content.ts'
import { GzipText } from './gzip-text.ts'

const MAGIC = Buffer.from([0x1f, 0x8b])

export function isGzip(head: Buffer): boolean {
  return head.subarray(0, 2).equals(MAGIC)
}

/** The text of a gzip file by offset. It is decompressed once, front to back; reading backwards decompresses it again. */
export class GzipContent implements Content {
  readonly #handle: FileHandle
  #text: GzipText | undefined
  /** The text that was decompressed last, and its offset. */
  #window: Buffer = Buffer.alloc(0)
  #start = 0
  /** The size of the file when the damage was found. */
  #damagedSize = 0

  constructor(handle: FileHandle) {
    this.#handle = handle
  }

  /** The error at which the text ends, once it was read up to there. Reading continues if the file grows. */
  get damage(): Error | undefined {
    return this.#text?.damage
  }

  async read(buffer: Buffer, position: number): Promise<number> {
    if (this.damage && (await this.stat()).size !== this.#damagedSize) this.#begin()
    if (!this.#text || position < this.#start) this.#begin()
    const text = this.#text as GzipText
    while (this.#start + this.#window.length < position + buffer.length) {
      const more = await text.next()
      if (!more) break
      const end = this.#start + this.#window.length
      const kept = this.#window.subarray(Math.min(this.#window.length, Math.max(0, position - this.#start)))
      this.#start = end - kept.length
      this.#window = kept.length === 0 ? more : Buffer.concat([kept, more])
    }
    if (text.damage && this.#damagedSize === 0) this.#damagedSize = (await this.stat()).size
    const from = position - this.#start
    return from >= this.#window.length ? 0 : this.#window.copy(buffer, 0, from, from + buffer.length)
  }

  /** The length of the text, and its last bytes. */
  async end(length: number): Promise<{ readonly size: number; readonly last: Buffer }> {
    this.#begin()
    const text = this.#text as GzipText
    let size = 0
    let last = Buffer.alloc(0)
    for (let more = await text.next(); more; more = await text.next()) {
      size += more.length
      last = Buffer.concat([last, more]).subarray(-length)
    }
    return { size, last }
  }

  stat(): Promise<Stats> {
    return this.#handle.stat()
  }

  async close(): Promise<void> {
    this.#text?.close()
    await this.#handle.close()
  }

  #begin(): void {
    this.#text?.close()
    this.#window = Buffer.alloc(0)
    this.#start = 0
    this.#damagedSize = 0
    this.#text = new GzipText(this.#handle)
  }
}
