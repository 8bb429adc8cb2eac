import { isAscii } from 'node:buffer'
import type { LogLine } from '../../formats/log-line.ts'
import { LineSplitter, LONGEST_LINE } from '../../formats/text/lines.ts'
import type { SshClassifier } from '../sessions/classifier.ts'
import type { SshEvent } from '../sessions/event.ts'
import { LineParser } from './line-parser.ts'

const LINE_FEED = 10
const RETURN = 13

/**
 * Classifies the lines of one log from the chunks of its bytes, as `LineSplitter`, a reader of lines and the classifier
 * would one after the other: the commonest lines are classified without being made into text.
 */
export class LogClassifier {
  readonly #classifier: SshClassifier
  readonly #read: (line: string) => LogLine
  readonly #take: (event: SshEvent | undefined, readable: boolean) => void
  readonly #parser = new LineParser()
  /** Of a line that goes on in the next chunk, or is very long. */
  readonly #splitter = new LineSplitter()
  #isWithinLine = false
  /** The chunk as text, where a line needed it and each of its bytes is a character. */
  #text: string | undefined

  /**
   * @param take is given what each line comes to: undefined for a line that is not sshd's, and whether a format could read it.
   * Nothing has to be read in a blank line
   */
  constructor(
    classifier: SshClassifier,
    read: (line: string) => LogLine,
    take: (event: SshEvent | undefined, readable: boolean) => void,
  ) {
    this.#classifier = classifier
    this.#read = read
    this.#take = take
  }

  /** How many lines were cut. */
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

  /** The last line, where it does not end in a line feed. */
  end(): void {
    for (const line of this.#splitter.end()) this.#classifyText(line)
  }

  /** One whole line; where the next one begins. */
  #classify(chunk: Buffer, from: number): number {
    const parser = this.#parser
    if (parser.read(from)) {
      this.#take(this.#classifier.classifyParsed(parser), true)
      return parser.end
    }
    const end = chunk.indexOf(LINE_FEED, from)
    if (end - from > LONGEST_LINE) this.#split(chunk.subarray(from, end + 1))
    else
      this.#classifyText(this.#textOf(chunk, from, chunk[end - 1] === RETURN && end > from ? end - 1 : end))
    return end + 1
  }

  /** To cut a line out of the chunk's text costs less than to make it a text by itself. */
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
    this.#take(this.#classifier.classify(line), line.readable || text.trim() === '')
  }
}
