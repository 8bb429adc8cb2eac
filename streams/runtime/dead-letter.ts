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

/** The record as it was, with headers that say where it lay, who gave up on it, and why. */
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
 * The dead letter of a record whose dead letter was refused before: one that the dead-letter topic can take. Where only the
 * record's time is refused, the letter has the time of now; else the letter is a reference,
 * which says where the record lies, how large it is, and the SHA-256 of its key, value and headers.
 * @param refusals what the dead-letter topic said to the letters before, oldest first
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

/** What a message from others takes at most in a header: a letter stays small however long the text is. */
const MESSAGE_CHARACTERS = 2_000

function reasons(record: StreamRecord, { topic, processor }: Origin, { code, message }: Cause) {
  return {
    topic,
    partition: String(record.partition),
    offset: String(record.offset),
    processor,
    error: code,
    message: message.length > MESSAGE_CHARACTERS ? `${message.slice(0, MESSAGE_CHARACTERS)}…` : message,
    // The dead-letter topic has the broker's time: retention would delete the letter of a record from 1970 within minutes.
    timestamp: String(record.timestamp),
  }
}

function said(reasons: Readonly<Record<string, string>>): Headers {
  return Object.entries(reasons).map(
    ([name, value]) => [Buffer.from(DEAD_LETTER_PREFIX + name), Buffer.from(value)] as const,
  )
}
