import { PlaystreamError } from '../../catalog/errors.ts'
import type { RefusalError } from '../protocol/broker-errors.ts'
import type { OutputRecord } from '../protocol/record.ts'

export type RefusalCode =
  /** Larger than its topic takes, even compressed. */
  | 'TOO_LARGE'
  /** Its time is out of the range that its topic takes. */
  | 'TIMESTAMP_REFUSED'
  /** It has no key, and its topic is compacted. */
  | 'KEY_REFUSED'
  /** Invalid for another reason, which the broker gives. */
  | 'RECORD_REFUSED'

/** The broker's verdict on an output record that it will never write, however often the record is sent. */
export interface Refusal {
  readonly code: RefusalCode
  /** The topic that refused the record. */
  readonly topic: string
  /** Why, in the broker's words. */
  readonly reason: string
}

const CODES: Readonly<Record<RefusalError, RefusalCode>> = {
  MESSAGE_TOO_LARGE: 'TOO_LARGE',
  RECORD_LIST_TOO_LARGE: 'TOO_LARGE',
  INVALID_TIMESTAMP: 'TIMESTAMP_REFUSED',
  INVALID_RECORD: 'RECORD_REFUSED',
}

/** The verdict on one record, from the broker's error. */
export function refusalOf(error: RefusalError, reason: string, output: OutputRecord): Refusal {
  const code = CODES[error]
  return {
    code: code === 'RECORD_REFUSED' && output.key === null ? 'KEY_REFUSED' : code,
    topic: output.topic,
    reason,
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
