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

/** Whose clock gives a record its time: the broker's, when it appends the record, whatever the producer says. */
export interface RecordTime {
  readonly clock: 'broker'
}

/** All that there is to say of a topic. Everything else that knows a topic derives it from this. */
export interface Topic {
  readonly name: string
  readonly description: string
  readonly partitions: number
  readonly retention: Retention
  /** What the key is, as UTF-8 text; undefined where records have none. */
  readonly key: string | undefined
  readonly value: ValueFormat
  /** What a record may take, in bytes, where that is more than the cluster's default, 1 MiB. */
  readonly maxRecordBytes?: number
  /** Whose clock gives a record its time; the cluster's default, the producer's, where the topic does not say. */
  readonly time?: RecordTime
  readonly writers: readonly Application[]
  readonly readers: readonly Application[]
}

export const APPEND_TIME: RecordTime = { clock: 'broker' }

const DAY_MS = 24 * 60 * 60 * 1000

export function days(count: number): Retention {
  return { policy: 'delete', ms: count * DAY_MS }
}

/** The topic's configuration as Kafka spells it: only what the catalog decides, the rest is the cluster's default. */
export function topicConfig(topic: Topic): Readonly<Record<string, string>> {
  return {
    ...(topic.retention.policy === 'compact'
      ? { 'cleanup.policy': 'compact' }
      : { 'cleanup.policy': 'delete', 'retention.ms': String(topic.retention.ms) }),
    ...(topic.maxRecordBytes === undefined ? {} : { 'max.message.bytes': String(topic.maxRecordBytes) }),
    ...(topic.time?.clock === 'broker' ? { 'message.timestamp.type': 'LogAppendTime' } : {}),
  }
}
