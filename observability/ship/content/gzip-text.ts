import type { FileHandle } from 'node:fs/promises'
import { createGunzip, type Gunzip } from 'node:zlib'

/** How many compressed bytes are read at a time. */
const CHUNK = 16 * 1024

/**
 * Decompresses a gzip file with any number of members, front to back. An incomplete or damaged file gives all the text before
 * the damage; Node's own stream would drop the part that it had not yet delivered.
 */
export class GzipText {
  readonly #handle: FileHandle
  #decompressor = new Decompressor()
  /** How many bytes of the file are read. */
  #read = 0
  /** How many bytes of text were returned. */
  #given = 0
  #isOver = false
  /** The error that ended the text early, if any. */
  damage: Error | undefined

  constructor(handle: FileHandle) {
    this.#handle = handle
  }

  /** The next piece of the text, never empty; undefined at the end or at the damage. */
  async next(): Promise<Buffer | undefined> {
    while (!this.#isOver) {
      const start = this.#read
      const input = await this.#readInput(start)
      let text = input.length > 0 ? await this.#decompressor.feed(input) : await this.#decompressor.end()
      this.#read += input.length
      this.#isOver = input.length === 0 || this.#decompressor.error !== undefined
      this.damage = this.#decompressor.error
      if (this.damage && input.length > 0) text = await this.#before(start, input)
      this.#given += text.length
      if (text.length > 0) return text
    }
    this.close()
    return undefined
  }

  close(): void {
    this.#isOver = true
    this.#decompressor.close()
  }

  /** The text before the damage in a piece of the file. A decompressor returns it only if it gets the piece byte by byte. */
  async #before(start: number, damaged: Buffer): Promise<Buffer> {
    const decompressor = new Decompressor()
    const found: Buffer[] = []
    let length = 0
    const keep = (text: Buffer) => {
      // Only the text that was not returned before.
      const from = Math.max(0, this.#given - length)
      length += text.length
      if (from < text.length) found.push(text.subarray(from))
    }
    for (let at = 0; at < start; ) {
      const input = await this.#readInput(at, start - at)
      if (input.length === 0) break
      keep(await decompressor.feed(input))
      at += input.length
    }
    for (let at = 0; at < damaged.length && !decompressor.error; at += 1)
      keep(await decompressor.feed(damaged.subarray(at, at + 1)))
    decompressor.close()
    return Buffer.concat(found)
  }

  async #readInput(at: number, length = CHUNK): Promise<Buffer> {
    const input = Buffer.allocUnsafe(Math.min(CHUNK, length))
    const { bytesRead } = await this.#handle.read(input, 0, input.length, at)
    return input.subarray(0, bytesRead)
  }
}

/** A decompressor that returns all the text of a piece of input before it takes the next one. */
class Decompressor {
  readonly #gunzip: Gunzip = createGunzip()
  #text: Buffer[] = []
  /** Ends the current step. A decompressor that meets padding after its last member ends without calling back. */
  #resume: () => void = () => undefined
  #isOver = false
  error: Error | undefined

  constructor() {
    for (const event of ['end', 'close'])
      this.#gunzip.on(event, () => {
        this.#isOver = true
        this.#resume()
      })
    this.#gunzip.on('data', (text: Buffer) => this.#text.push(text))
    this.#gunzip.on('error', (error) => {
      this.error ??= error
    })
  }

  feed(input: Buffer): Promise<Buffer> {
    return this.#step((done) => this.#gunzip.write(input, done))
  }

  end(): Promise<Buffer> {
    // The error of an incomplete text is emitted after the callback of `end`.
    return this.#step(() => this.#gunzip.end())
  }

  close(): void {
    this.#gunzip.destroy()
  }

  async #step(step: (done: (error?: Error | null) => void) => void): Promise<Buffer> {
    if (!this.error && !this.#isOver)
      await new Promise<void>((resolve) => {
        this.#resume = resolve
        step((error) => {
          if (error && !this.#isOver) this.error ??= error
          resolve()
        })
      })
    const text = Buffer.concat(this.#text)
    this.#text = []
    return text
  }
}
