import { deadLettersOf } from '../../../catalog/processors.ts'
import { topic } from '../../../catalog/topics.ts'
import type { Counts } from '../protocol.ts'

/** The topics whose records the headline figures count. */
const COUNTED = {
  gameEvents: topic('game-events').name,
  transactions: topic('transactions').name,
  unique: topic('transactions-unique').name,
  duplicates: topic('transactions-duplicates').name,
  malformed: deadLettersOf(topic('transactions').name),
  logLines: topic('logs').name,
} as const

/** Counts the committed records of topics. */
export class RecordCounts {
  readonly #records = new Map<string, number>()
  #deadLetters = 0

  /** The topics whose records are to be counted. */
  static readonly topics: readonly string[] = Object.values(COUNTED)

  count(topic: string, records: number): void {
    this.#records.set(topic, (this.#records.get(topic) ?? 0) + records)
  }

  countDeadLetters(records: number): void {
    this.#deadLetters += records
  }

  get counts(): Counts {
    const of = (topic: string) => this.#records.get(topic) ?? 0
    return {
      gameEvents: of(COUNTED.gameEvents),
      transactions: of(COUNTED.transactions),
      unique: of(COUNTED.unique),
      duplicates: of(COUNTED.duplicates),
      malformed: of(COUNTED.malformed),
      logLines: of(COUNTED.logLines),
      deadLetters: this.#deadLetters,
    }
  }
}
