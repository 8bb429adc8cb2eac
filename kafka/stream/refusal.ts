import { PlaystreamError } from '../../catalog/errors.ts'
import type { RefusalError } from '../protocol/broker-errors.ts'
import type { OutputRecord } from '../protocol/record.ts'

export type RefusalCode =
  /** Larger than the topic's limit, even compressed. */
  | 'TOO_LARGE'
  /** The timestamp is outside the range that the topic accepts. */
  | 'TIMESTAMP_REFUSED'
  /** No key, on a compacted topic. */
  | 'KEY_REFUSED'
  /** Invalid for another reason, which the broker gives. */
  | 'RECORD_REFUSED'

/** Why the broker refuses an output record for good. */
export interface Refusal {
  readonly code: RefusalCode
  /** The topic that refused the record. */
  readonly topic: string
  /** Why, in the broker's words. */
  readonly reason: string
  /** The output came from a timer: the record that called it is not at fault. */
  readonly isOfTimer?: true
}

const CODES: Readonly<Record<RefusalError, RefusalCode>> = {
  MESSAGE_TOO_LARGE: 'TOO_LARGE',
  RECORD_LIST_TOO_LARGE: 'TOO_LARGE',
  INVALID_TIMESTAMP: 'TIMESTAMP_REFUSED',
  INVALID_RECORD: 'RECORD_REFUSED',
}

/** The refusal of one record, from the broker's error for its batch. */
export function refusalOf(error: RefusalError, reason: string, output: OutputRecord): Refusal {
  const code = CODES[error]
  return {
    code: code === 'RECORD_REFUSED' && output.key === null ? 'KEY_REFUSED' : code,
    topic: output.topic,
    reason,
    ...(output.isOfTimer && { isOfTimer: output.isOfTimer }),
  }
}

/** An output record, and why the broker refuses it. */
export interface RefusedOutput {
  readonly output: OutputRecord
  readonly refusal: Refusal
}

/**
 * A transaction was aborted because the broker refused records in it. Which records is only known of a transaction that
 * was written carefully.
 */
export class OutputRefusedError extends PlaystreamError {
  readonly refused: readonly RefusedOutput[]

  constructor(message: string, refused: readonly RefusedOutput[] = []) {
    super(message)
    this.refused = refused
  }
}
