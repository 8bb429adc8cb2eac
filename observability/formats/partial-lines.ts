import { LONGEST_LINE } from './text/lines.ts'
import { ownText } from './text/own-text.ts'

/** How many streams may have parts waiting at a time. */
const MOST_STREAMS = 16

/** Joins the parts into which container runtimes split a long line. */
export class PartialLines {
  readonly #parts = new Map<string, string>()

  /** The whole line if this is its last part; undefined otherwise. */
  join(stream: string, text: string, isPartial: boolean): string | undefined {
    const before = this.#parts.get(stream) ?? ''
    if (!isPartial) {
      if (before === '') return text
      this.#parts.delete(stream)
      return before + text
    }
    if (this.#parts.size >= MOST_STREAMS && !this.#parts.has(stream)) this.#parts.clear()
    this.#parts.set(ownText(stream), ownText((before + text).slice(0, LONGEST_LINE)))
    return undefined
  }
}
