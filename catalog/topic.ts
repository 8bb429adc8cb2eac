import type { Application } from './applications.ts'

/** How long records stay: for a time, or, for each key, until a newer one. */
export type Retention = { readonly policy: 'delete'; readonly ms: number } | { readonly policy: 'compact' }

export type ValueFormat =
  /** Confluent wire format: a zero byte, the schema's id, Avro. */
  | { readonly kind: 'avro'; readonly subject: string }
  /** Plain JSON text. The subject, where there is one, documents and governs it; its id is not in the bytes. */
  | { readonly kind: 'json'; readonly subject?: string }
  /** Whatever the record was that is set aside here. */
  | { readonly kind: 'bytes' }

export type RecordTime =
  /**
   * The producer's. The broker refuses a record whose time is more than `maxAheadMs` ahead of the broker's clock. Brokers
   * differ in their default (none before Kafka 4, then an hour), so each topic says it.
   */
  | { readonly clock: 'producer'; readonly maxAheadMs: number }
  /** The broker's, when it appends the record, whatever the producer says. */
  | { readonly clock: 'broker' }

/** All that there is to say of a topic. Everything else that knows a topic derives it from this. */
export interface Topic {
  readonly name: string
  readonly description: string
  readonly partitions: number
  readonly retention: Retention
  /** What the key is, as UTF-8 text; undefined where records have none. */
  readonly key: string | undefined
  /** What ksqlDB writes behind the key: when a window begins, or when a session ends and begins; nothing where it is undefined. */
  readonly keyWindow?: 'start' | 'session'
  readonly value: ValueFormat
  /** What a record may take, in bytes, where that is more than the cluster's default, 1 MiB. */
  readonly maxRecordBytes?: number
  /** Whose clock gives a record its time; the cluster's default where the topic does not care. */
  readonly time?: RecordTime
  readonly writers: readonly Application[]
  readonly readers: readonly Application[]
}

export function days(count: number): Retention {
  return { policy: 'delete', ms: count * DAY_MS }
}

const HOUR_MS = 60 * 60 * 1000
const DAY_MS = 24 * HOUR_MS
/** What Kafka writes for no bound: the largest number of its type. */
const NO_BOUND = '9223372036854775807'

/** What clients write: an hour ahead is a clock that is wrong, and the client can be told. */
export const CLIENT_TIME: RecordTime = { clock: 'producer', maxAheadMs: HOUR_MS }
/** What a processor writes with the time of its input: brokers whose clocks differ must never refuse it. */
export const PASSED_ON_TIME: RecordTime = { clock: 'producer', maxAheadMs: DAY_MS }
/** Records that are kept with their time whatever it is. */
export const ANY_TIME: RecordTime = { clock: 'producer', maxAheadMs: Number.POSITIVE_INFINITY }
export const APPEND_TIME: RecordTime = { clock: 'broker' }

/** The topic's configuration as Kafka spells it: only what the catalog decides, the rest is the cluster's default. */
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
