import { PlaystreamError } from '../../catalog/errors.ts'
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

const CODES: Readonly<Record<string, RefusalCode>> = {
  MESSAGE_TOO_LARGE: 'TOO_LARGE',
  RECORD_LIST_TOO_LARGE: 'TOO_LARGE',
  INVALID_TIMESTAMP: 'TIMESTAMP_REFUSED',
  INVALID_RECORD: 'RECORD_REFUSED',
}

/** Whether a broker's error, by its name in the protocol, is about the records that were sent, and not about the cluster. */
export function isRefusal(errorName: string): boolean {
  return Object.hasOwn(CODES, errorName)
}

/** The verdict on one record, from the broker's error. */
export function refusalOf(errorName: string, reason: string, output: OutputRecord): Refusal {
  const code = CODES[errorName] ?? 'RECORD_REFUSED'
  return {
    code: code === 'RECORD_REFUSED' && output.key === null ? 'KEY_REFUSED' : code,
    topic: output.topic,
    reason,
  }
}

/**
 * A transaction was aborted because the broker refused records in it. Which ones is only known of a transaction that was
 * written carefully.
 */
export class OutputRefusedError extends PlaystreamError {
  readonly refused: readonly { readonly output: OutputRecord; readonly refusal: Refusal }[]

  constructor(message: string, refused: OutputRefusedError['refused'] = []) {
    super(message)
    this.refused = refused
  }
}
