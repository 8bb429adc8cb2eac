import { DEAD_LETTER_PREFIX } from '../../kafka/dead-letters/dead-letter.ts'
import type { Headers, OutputRecord, StreamRecord } from '../../kafka/protocol/record.ts'
import { recordDigest } from '../../kafka/protocol/record-digest.ts'
import type { Refusal } from '../../kafka/stream/refusal.ts'

interface Origin {
  readonly topic: string
  readonly processor: string
  readonly deadLetters: string
}

interface Cause {
  readonly code: string
  readonly message: string
}

/** The dead-letter record of a record: unchanged, with headers that say where it was, which processor gave up on it, and why. */
export function deadLetter(record: StreamRecord, origin: Origin, error: Cause): OutputRecord {
  const { key, value, timestamp } = record
  return {
    topic: origin.deadLetters,
    partition: 0,
    timestamp,
    key,
    value,
    headers: [...record.headers, ...said(reasons(record, origin, error))],
  }
}

/**
 * A dead-letter record that the dead-letter topic accepts after it refused earlier ones. If only the record's time was
 * refused, the dead-letter record has the current time; otherwise it is a reference, which says where the record is, how
 * large it is, and the SHA-256 of its key, value and headers.
 * @param refusals the answers of the dead-letter topic to the earlier dead-letter records, oldest first
 * @param now ms since the epoch
 */
export function fittingDeadLetter(
  record: StreamRecord,
  origin: Origin,
  error: Cause,
  refusals: readonly Refusal[],
  now: number,
): OutputRecord {
  if (refusals.length === 0) return deadLetter(record, origin, error)
  if (refusals.length === 1 && refusals[0]?.code === 'TIMESTAMP_REFUSED') {
    return { ...deadLetter(record, origin, error), timestamp: now }
  }
  const { size, digest } = recordDigest(record)
  return {
    topic: origin.deadLetters,
    partition: 0,
    timestamp: now,
    key: null,
    value: null,
    headers: said({
      ...reasons(record, origin, error),
      reference: 'true',
      size: String(size),
      digest: `sha-256:${digest}`,
    }),
  }
}

/** A longer message is cut: a dead-letter record stays small, however long the text of an error is. */
const MESSAGE_CHARACTERS = 2_000

function reasons(record: StreamRecord, { topic, processor }: Origin, { code, message }: Cause) {
  return {
    topic,
    partition: String(record.partition),
    offset: String(record.offset),
    processor,
    error: code,
    message: message.length > MESSAGE_CHARACTERS ? `${message.slice(0, MESSAGE_CHARACTERS)}…` : message,
    // The dead-letter topic has the broker's time: by the record's own time, retention would delete a record of 1970 within minutes.
    timestamp: String(record.timestamp),
  }
}

function said(reasons: Readonly<Record<string, string>>): Headers {
  return Object.entries(reasons).map(
    ([name, value]) => [Buffer.from(DEAD_LETTER_PREFIX + name), Buffer.from(value)] as const,
  )
}
