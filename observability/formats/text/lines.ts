import { StringDecoder } from 'node:string_decoder'

/** Longer lines are cut. In UTF-16 units. */
export const LONGEST_LINE = 2 ** 20

/**
 * Splits chunks of UTF-8 text into lines at line feeds, and removes a carriage return before them. A line over the limit is cut
 * and counted. Invalid UTF-8 becomes U+FFFD. Keeps at most one unfinished line in memory.
 */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8')
  readonly #longest: number
  /** The unfinished line, up to the limit. */
  #rest = ''
  #restLength = 0
  /** How many lines were cut. */
  cut = 0

  /** @param longest in UTF-16 units */
  constructor(longest = LONGEST_LINE) {
    this.#longest = longest
  }

  /** The lines that a chunk completes. */
  push(chunk: Buffer): string[] {
    return this.#split(this.#decoder.write(chunk))
  }

  /** The last line, if it does not end in a line feed. */
  end(): string[] {
    const lines = this.#split(this.#decoder.end())
    if (this.#restLength > 0) lines.push(this.#finish('', 0, 0))
    return lines
  }

  #split(text: string): string[] {
    const lines: string[] = []
    let from = 0
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', from)) {
      lines.push(this.#finish(text, from, at))
      from = at + 1
    }
    this.#restLength += text.length - from
    const room = this.#longest + 1 - this.#rest.length
    if (room > 0 && from < text.length) this.#rest += text.slice(from, from + room)
    return lines
  }

  #finish(text: string, from: number, end: number): string {
    const length = this.#restLength + end - from
    let line = this.#rest === '' ? text.slice(from, end) : this.#rest + text.slice(from, end)
    this.#rest = ''
    this.#restLength = 0
    const isReturned = length === line.length && line.endsWith('\r')
    if (isReturned) line = line.slice(0, -1)
    if (length - (isReturned ? 1 : 0) > this.#longest) {
      this.cut += 1
      line = line.slice(0, this.#longest)
    }
    return line
  }
}
