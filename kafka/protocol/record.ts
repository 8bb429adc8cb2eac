/** The largest time that a Date can hold, in ms (ECMA-262). */
export const MAX_DATE_MS = 8.64e15

/** A record as it lies in its partition: bytes, uninterpreted. */
export interface StreamRecord {
  readonly partition: number
  /** Exact up to 2^53. */
  readonly offset: number
  /** The record's own time, in ms since the epoch; the broker's where the topic is set to LogAppendTime. */
  readonly timestamp: number
  /** When the broker appended it, in ms since the epoch; undefined where the topic keeps the producer's time. */
  readonly appendedAt?: number | undefined
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Headers
}

/** Header names and values in their order; a name may come several times. */
export type Headers = readonly (readonly [name: Buffer, value: Buffer | null])[]

export interface OutputRecord {
  readonly topic: string
  readonly partition: number
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Headers
  /** The input record that it comes from; only set where the batch is traced. */
  readonly source?: StreamRecord
  /** A timer sent it, which its source only called. */
  readonly isOfTimer?: true
}

/** Consecutive committed records of one partition. */
export interface CommittedRecords {
  readonly partition: number
  readonly records: readonly StreamRecord[]
  /** The offset to go on from: after the last record, and after the markers and aborted records behind it. */
  readonly next: number
}
