import type { FileHandle } from 'node:fs/promises'
import { createGunzip, type Gunzip } from 'node:zlib'

/** Of the compressed file, at a time. */
const CHUNK = 16 * 1024

/**
 * The text of a gzip file, front to back, several members one after the other too. A file that breaks off or is damaged gives
 * all the text before the damage: Node's own stream drops what it has not handed over when it fails.
 */
export class GzipText {
  readonly #handle: FileHandle
  #engine = new Engine()
  /** How far the file is read. */
  #read = 0
  /** How much text was given. */
  #given = 0
  #isOver = false
  /** What ended the text too early; undefined while none did. */
  damage: Error | undefined

  constructor(handle: FileHandle) {
    this.#handle = handle
  }

  /** More of the text, never empty; undefined at its end or at the damage. */
  async next(): Promise<Buffer | undefined> {
    while (!this.#isOver) {
      const start = this.#read
      const input = await this.#readInput(start)
      let text = input.length > 0 ? await this.#engine.feed(input) : await this.#engine.end()
      this.#read += input.length
      this.#isOver = input.length === 0 || this.#engine.error !== undefined
      this.damage = this.#engine.error
      if (this.damage && input.length > 0) text = await this.#before(start, input)
      this.#given += text.length
      if (text.length > 0) return text
    }
    this.close()
    return undefined
  }

  close(): void {
    this.#isOver = true
    this.#engine.close()
  }

  /** The text that a damaged piece of the file still gives: the engine drops it, unless it gets the piece byte by byte. */
  async #before(start: number, damaged: Buffer): Promise<Buffer> {
    const engine = new Engine()
    const found: Buffer[] = []
    let length = 0
    const keep = (text: Buffer) => {
      // Only what was not given before.
      const from = Math.max(0, this.#given - length)
      length += text.length
      if (from < text.length) found.push(text.subarray(from))
    }
    for (let at = 0; at < start; ) {
      const input = await this.#readInput(at, start - at)
      if (input.length === 0) break
      keep(await engine.feed(input))
      at += input.length
    }
    for (let at = 0; at < damaged.length && !engine.error; at += 1)
      keep(await engine.feed(damaged.subarray(at, at + 1)))
    engine.close()
    return Buffer.concat(found)
  }

  async #readInput(at: number, length = CHUNK): Promise<Buffer> {
    const input = Buffer.allocUnsafe(Math.min(CHUNK, length))
    const { bytesRead } = await this.#handle.read(input, 0, input.length, at)
    return input.subarray(0, bytesRead)
  }
}

/** A decompressor that hands over all that a piece of input gives before it takes the next one. */
class Engine {
  readonly #gunzip: Gunzip = createGunzip()
  #text: Buffer[] = []
  /** Ends the step under way: an engine that meets padding behind its last member ends without a word. */
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
    // Whether the text was whole is said by the event, after the callback of `end`.
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
