import type { Application } from './applications.ts'

/** How long records stay: for a time, or until a newer record of the same key. */
export type Retention = { readonly policy: 'delete'; readonly ms: number } | { readonly policy: 'compact' }

export type ValueFormat =
  /** Confluent wire format: a zero byte, the schema's id, Avro. */
  | { readonly kind: 'avro'; readonly subject: string }
  /** Plain JSON text. The subject, where there is one, documents and governs it; its id is not in the bytes. */
  | { readonly kind: 'json'; readonly subject?: string }
  /** Bytes of any format, such as those of a dead-letter record. */
  | { readonly kind: 'bytes' }

export type RecordTime =
  /**
   * The producer's clock. The broker refuses a record whose time is more than `maxAheadMs` ahead of the broker's clock. The
   * default differs between brokers (no limit before Kafka 4, then an hour), so each topic sets it.
   */
  | { readonly clock: 'producer'; readonly maxAheadMs: number }
  /** The broker's clock when it appends the record. */
  | { readonly clock: 'broker' }

/** The whole declaration of a topic. Everything else about topics is derived from it. */
export interface Topic {
  readonly name: string
  readonly description: string
  readonly partitions: number
  readonly retention: Retention
  /** The meaning of the key, which is UTF-8 text; undefined if records have no key. */
  readonly key: string | undefined
  /** What ksqlDB appends to the key: the start of a window, or the end and start of a session. Undefined for nothing. */
  readonly keyWindow?: 'start' | 'session'
  readonly value: ValueFormat
  /** The limit of a record in bytes, if it is above the cluster's default of 1 MiB. */
  readonly maxRecordBytes?: number
  /** The clock that gives records their time; undefined for the cluster's default. */
  readonly time?: RecordTime
  readonly writers: readonly Application[]
  readonly readers: readonly Application[]
}

export function days(count: number): Retention {
  return { policy: 'delete', ms: count * DAY_MS }
}

const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS
/** Kafka's value for no limit: the largest 64-bit number. */
const NO_BOUND = '9223372036854775807'

/** For records of clients: a clock an hour ahead is wrong, and the client gets the error. */
export const CLIENT_TIME: RecordTime = { clock: 'producer', maxAheadMs: HOUR_MS }
/** For a processor's records with the time of its input: brokers with different clocks must never refuse them. */
export const PASSED_ON_TIME: RecordTime = { clock: 'producer', maxAheadMs: DAY_MS }
/** For records that keep their time, whatever it is. */
export const ANY_TIME: RecordTime = { clock: 'producer', maxAheadMs: Number.POSITIVE_INFINITY }
export const APPEND_TIME: RecordTime = { clock: 'broker' }

/** The topic's settings in Kafka's terms. Settings that the catalog does not decide stay at the cluster's default. */
export function topicConfig(topic: Topic): Readonly<Record<string, string>> {
  return {
    ...(topic.retention.policy === 'compact'
      ? { 'cleanup.policy': 'compact' }
      : { 'cleanup.policy': 'delete', 'retention.ms': String(topic.retention.ms) }),
    ...(topic.maxRecordBytes === undefined ? {} : { 'max.message.bytes': String(topic.maxRecordBytes) }),
    ...(topic.time === undefined ? {} : timeConfig(topic.time)),
  }
}

function timeConfig(time: RecordTime): Record<string, string> {
  if (time.clock === 'broker') return { 'message.timestamp.type': 'LogAppendTime' }
  const bound = Number.isFinite(time.maxAheadMs) ? String(time.maxAheadMs) : NO_BOUND
  return { 'message.timestamp.type': 'CreateTime', 'message.timestamp.after.max.ms': bound }
}
