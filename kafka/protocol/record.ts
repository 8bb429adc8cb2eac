/** The largest time that a Date can hold, in ms (ECMA-262). */
export const MAX_DATE_MS = 8.64e15

/** A record of a partition, as raw bytes. */
export interface StreamRecord {
  readonly partition: number
  /** Exact up to 2^53. */
  readonly offset: number
  /** In ms since the epoch: the producer's time, or the broker's time on a topic with LogAppendTime. */
  readonly timestamp: number
  /** When the broker appended the record, in ms since the epoch; undefined on a topic with CreateTime. */
  readonly appendedAt?: number | undefined
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Headers
}

/** Header names and values in order; a name may occur several times. */
export type Headers = readonly (readonly [name: Buffer, value: Buffer | null])[]

export interface OutputRecord {
  readonly topic: string
  readonly partition: number
  readonly timestamp: number
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Headers
  /** The input record from which this output was made; only set for traced batches. */
  readonly source?: StreamRecord
  /** A timer sent it, which its source only called. */
  readonly isOfTimer?: true
}

/** Consecutive committed records of one partition. */
export interface CommittedRecords {
  readonly partition: number
  readonly records: readonly StreamRecord[]
  /** The offset to fetch next: after the last record, and after markers and aborted records that follow it. */
  readonly next: number
}
