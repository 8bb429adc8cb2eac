import { isAscii } from 'node:buffer'
import type { LogLine } from '../../formats/log-line.ts'
import { CARRIAGE_RETURN, LINE_FEED } from '../../formats/text/character-codes.ts'
import { LineSplitter, LONGEST_LINE } from '../../formats/text/lines.ts'
import type { SshClassifier } from '../sessions/classifier.ts'
import type { SshEvent } from '../sessions/event.ts'
import { LineParser } from './line-parser.ts'

/**
 * Classifies the lines of one log from chunks of its bytes, with the same results as `LineSplitter`, a line reader and
 * `SshClassifier` in sequence, but without making strings of the most common lines. See decision 020.
 */
export class LogClassifier {
  readonly #classifier: SshClassifier
  readonly #read: (line: string) => LogLine
  readonly #onLine: (event: SshEvent | undefined, readable: boolean) => void
  readonly #parser = new LineParser()
  /** For lines that continue in the next chunk, and for very long lines. */
  readonly #splitter = new LineSplitter()
  #isWithinLine = false
  /** The chunk as text, made when a line first needs it; empty if the chunk is not ASCII. */
  #text: string | undefined

  /**
   * @param onLine receives each line's event, undefined if the line is not sshd's, and whether the line is in a known format;
   * a blank line counts as readable
   */
  constructor(
    classifier: SshClassifier,
    read: (line: string) => LogLine,
    onLine: (event: SshEvent | undefined, readable: boolean) => void,
  ) {
    this.#classifier = classifier
    this.#read = read
    this.#onLine = onLine
  }

  /** Lines truncated at the maximum length. */
  get cut(): number {
    return this.#splitter.cut
  }

  push(chunk: Buffer): void {
    const end = chunk.lastIndexOf(LINE_FEED) + 1
    let at = 0
    if (this.#isWithinLine && end > 0) {
      at = chunk.indexOf(LINE_FEED) + 1
      this.#split(chunk.subarray(0, at))
    }
    this.#text = undefined
    this.#parser.open(chunk)
    while (at < end) at = this.#classify(chunk, at)
    if (end < chunk.length) this.#split(chunk.subarray(end))
    this.#isWithinLine = end < chunk.length || (this.#isWithinLine && end === 0)
  }

  /** Classifies the last line if it has no line feed. */
  end(): void {
    for (const line of this.#splitter.end()) this.#classifyText(line)
  }

  /** Classifies one whole line; returns the start of the next line. */
  #classify(chunk: Buffer, from: number): number {
    const parser = this.#parser
    if (parser.read(from)) {
      this.#onLine(this.#classifier.classifyParsed(parser), true)
      return parser.end
    }
    const end = chunk.indexOf(LINE_FEED, from)
    if (end - from > LONGEST_LINE) this.#split(chunk.subarray(from, end + 1))
    else
      this.#classifyText(
        this.#textOf(chunk, from, chunk[end - 1] === CARRIAGE_RETURN && end > from ? end - 1 : end),
      )
    return end + 1
  }

  /** Slicing the chunk's text is cheaper than decoding each line. */
  #textOf(chunk: Buffer, from: number, end: number): string {
    this.#text ??= isAscii(chunk) ? chunk.toString('latin1') : ''
    return this.#text === '' ? chunk.toString('utf8', from, end) : this.#text.slice(from, end)
  }

  #split(part: Buffer): void {
    for (const line of this.#splitter.push(part)) this.#classifyText(line)
  }

  #classifyText(text: string): void {
    const line = this.#read(text)
    if (!this.#parser.isHeadKnown) this.#parser.learn(text, line)
    this.#onLine(this.#classifier.classify(line), line.readable || text.trim() === '')
  }
}
