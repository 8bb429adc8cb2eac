import { deadLetterOf } from '../../../kafka/dead-letters/dead-letter.ts'
import { kafkajsHeaders } from '../../../kafka/kafkajs/exact-headers.ts'
import type { StreamRecord } from '../../../kafka/protocol/record.ts'
import type { DeadLetterRow, DeadLettersState } from '../protocol.ts'

const MOST_LATEST = 100
/** Reasons are codes of ours, but whoever may write the topic may write others. */
const MOST_REASONS = 200
const OTHER = 'other'

/** What dead-letter topics hold, by topic and reason, and the latest records. */
export class DeadLetters {
  readonly #counts = new Map<string, Map<string, number>>()
  #latest: DeadLetterRow[] = []

  apply(topic: string, records: readonly StreamRecord[]): void {
    const rows = records.map((record) => rowOf(topic, record))
    for (const { reason } of rows) this.#count(topic, reason)
    this.#latest = [...rows.slice(-MOST_LATEST).reverse(), ...this.#latest].slice(0, MOST_LATEST)
  }

  get state(): DeadLettersState {
    const counts = [...this.#counts].flatMap(([topic, reasons]) =>
      [...reasons].map(([reason, count]) => ({ topic, reason, count })),
    )
    return { counts, latest: this.#latest }
  }

  #count(topic: string, given: string): void {
    const reasons = this.#counts.get(topic) ?? new Map<string, number>()
    this.#counts.set(topic, reasons)
    const reason = reasons.has(given) || reasons.size < MOST_REASONS ? given : OTHER
    reasons.set(reason, (reasons.get(reason) ?? 0) + 1)
  }
}

function rowOf(topic: string, record: StreamRecord): DeadLetterRow {
  const { partition, offset, timestamp, appendedAt, key, value } = record
  const { origin, processor, error, message } = deadLetterOf(partition, {
    key,
    value,
    offset: String(offset),
    timestamp: String(timestamp),
    attributes: 0,
    headers: kafkajsHeaders(record.headers),
  })
  return {
    topic,
    partition,
    offset,
    reason: error ?? 'unknown',
    message: message ?? '',
    processor: processor ?? 'unknown',
    origin: origin ?? null,
    at: appendedAt ?? timestamp,
  }
}
