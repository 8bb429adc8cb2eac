import type { OutputRecord, StreamRecord } from '../kafka/stream-port.ts'

/** What all headers that say where a dead letter came from begin with. */
export const DEAD_LETTER_PREFIX = 'dead-letter-'

/** The record as it was, with headers that say where it lay, who gave up on it, and why. */
export function deadLetter(
  record: StreamRecord,
  origin: { readonly topic: string; readonly processor: string; readonly deadLetters: string },
  error: { readonly code: string; readonly message: string },
): OutputRecord {
  const reasons = {
    topic: origin.topic,
    partition: String(record.partition),
    offset: String(record.offset),
    processor: origin.processor,
    error: error.code,
    message: error.message,
  }
  const added = Object.entries(reasons).map(
    ([name, value]) => [Buffer.from(DEAD_LETTER_PREFIX + name), Buffer.from(value)] as const,
  )
  const { key, value, timestamp } = record
  return {
    topic: origin.deadLetters,
    partition: 0,
    timestamp,
    key,
    value,
    headers: [...record.headers, ...added],
  }
}
