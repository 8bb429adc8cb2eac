import { StringDecoder } from 'node:string_decoder'

/** What is longer is cut: a line is no place for more. */
export const LONGEST_LINE = 2 ** 20

/**
 * Takes chunks of UTF-8 text apart into lines, at line feeds, without a carriage return before them. A line over the limit
 * is cut to it and counted. Bytes that are no UTF-8 become U+FFFD. It holds one unfinished line at most.
 */
export class LineSplitter {
  readonly #decoder = new StringDecoder('utf8')
  readonly #longest: number
  /** Of the unfinished line, as far as it fits. */
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

  /** The last line, where it does not end in a line feed. */
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
