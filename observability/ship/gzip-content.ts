import type { Stats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'
import { constants, createGunzip, gunzipSync } from 'node:zlib'
import type { Content } from './content.ts'

const MAGIC = Buffer.from([0x1f, 0x8b])
const CHUNK = 64 * 1024
/** How much of a compressed file is looked at for what it begins with: it says at least as much as it takes. */
export const COMPRESSED_HEAD_BYTES = 4 * 1024

export function isGzip(head: Buffer): boolean {
  return head.subarray(0, 2).equals(MAGIC)
}

/** What a gzip file's text begins with, as far as its first bytes tell; undefined where they are no gzip. */
export function textHead(head: Buffer): Buffer | undefined {
  try {
    return gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH })
  } catch {
    return undefined
  }
}

/** A gzip file's text, several members one after the other too. It is decompressed once, from front to back. */
export class GzipContent implements Content {
  readonly #handle: FileHandle
  #chunks: AsyncIterator<Buffer> | undefined
  /** What was decompressed last, and where in the text it begins. */
  #window: Buffer = Buffer.alloc(0)
  #start = 0

  constructor(handle: FileHandle) {
    this.#handle = handle
  }

  async read(buffer: Buffer, position: number): Promise<number> {
    if (!this.#chunks || position < this.#start) this.#begin()
    while (this.#start + this.#window.length < position + buffer.length) {
      const { value, done } = await (this.#chunks as AsyncIterator<Buffer>).next()
      if (done) break
      const end = this.#start + this.#window.length
      const kept = this.#window.subarray(Math.min(this.#window.length, Math.max(0, position - this.#start)))
      this.#start = end - kept.length
      this.#window = kept.length === 0 ? value : Buffer.concat([kept, value])
    }
    const from = position - this.#start
    return from >= this.#window.length ? 0 : this.#window.copy(buffer, 0, from, from + buffer.length)
  }

  stat(): Promise<Stats> {
    return this.#handle.stat()
  }

  async close(): Promise<void> {
    await this.#chunks?.return?.()
    await this.#handle.close()
  }

  #begin(): void {
    this.#window = Buffer.alloc(0)
    this.#start = 0
    const file = this.#handle.createReadStream({ start: 0, autoClose: false, highWaterMark: CHUNK })
    const text = createGunzip()
    file.on('error', (error) => text.destroy(error))
    this.#chunks = file.pipe(text)[Symbol.asyncIterator]()
  }
}
