import { topic } from '../../catalog/topics.ts'
import { takeEventTime } from '../../kafka/protocol/event-time-header.ts'
import { type DeclaredProcessor, UnprocessableRecord } from '../runtime/processor.ts'
import type { Codec } from '../store/store.ts'
import { effectiveTime, passedOnTime } from './effective-time.ts'

const UNIQUE = topic('transactions-unique').name
const DUPLICATES = topic('transactions-duplicates').name
const INPUT = topic('transactions-by-id').name

/** The counter of suppressed records in the processor's metrics. */
export const DUPLICATE = 'duplicate'

export type RetentionMode =
  /** Counted from the first sight of an id. */
  | 'fixed'
  /** Each duplicate restarts it. */
  | 'sliding'

export interface DedupOptions {
  readonly retentionMs: number
  readonly mode: RetentionMode
}

/** A record of `transactions-duplicates`: one record that was suppressed. Effective times, in ms since the epoch. */
export interface Duplicate {
  readonly id: string
  readonly firstSeenAt: number
  readonly seenAgainAt: number
  readonly source: { readonly topic: string; readonly partition: number; readonly offset: number }
}

/** When an id was first seen, and since when its retention counts. Both are effective times, in ms since the epoch. */
export interface Sighting {
  readonly firstSeenAt: number
  readonly countsFrom: number
}

const SIGHTING: Codec<Sighting> = {
  encode({ firstSeenAt, countsFrom }) {
    const bytes = Buffer.allocUnsafe(16)
    bytes.writeDoubleBE(firstSeenAt, 0)
    bytes.writeDoubleBE(countsFrom, 8)
    return bytes
  },
  decode(bytes) {
    return { firstSeenAt: bytes.readDoubleBE(0), countsFrom: bytes.readDoubleBE(8) }
  },
}

/**
 * Passes the first record of each id unchanged, and suppresses every other record of the id within the retention, which
 * counts in effective times. An id is forgotten when the broker's clock has moved by the retention since the id was last
 * counted: so records that arrive late and out of order still find it, and no record's own time can make the store forget or
 * keep an id.
 */
export function dedup({ retentionMs, mode }: DedupOptions): DeclaredProcessor<Sighting> {
  return {
    name: 'transactions-dedup',
    codec: SIGHTING,
    clock: 'append time',
    process(record, { store, streamTime, forward, count }) {
      const { key, value } = record
      if (key === null || key.length === 0)
        throw new UnprocessableRecord('NO_KEY', 'the record has no id as its key')
      if (value === null) throw new UnprocessableRecord('NO_VALUE', 'the record has no value')
      const { eventTime, headers } = takeEventTime(record)
      // Unknown only while all records so far are from before the topic had the broker's time.
      const isClockKnown = streamTime !== Number.NEGATIVE_INFINITY
      const now = isClockKnown ? streamTime : Date.now()
      const forgetAt = isClockKnown ? streamTime + retentionMs : Number.POSITIVE_INFINITY
      const timestamp = passedOnTime(eventTime, now)
      const seen = store.get(key)
      // Such a record was appended some time ago: if its own time says nothing, that is not a reason to let it pass.
      const isUntimed = !isClockKnown && timestamp !== eventTime
      const at = isUntimed && seen ? seen.countsFrom : effectiveTime(eventTime, now)
      if (seen === undefined || at >= seen.countsFrom + retentionMs) {
        store.put(key, { firstSeenAt: at, countsFrom: at }, forgetAt)
        forward(UNIQUE, { key, value, headers, timestamp })
        return
      }
      if (mode === 'sliding') {
        const countsFrom = Math.max(seen.countsFrom, at)
        store.put(key, { firstSeenAt: seen.firstSeenAt, countsFrom }, forgetAt)
      }
      count(DUPLICATE)
      const duplicate: Duplicate = {
        id: key.toString(),
        firstSeenAt: seen.firstSeenAt,
        seenAgainAt: at,
        source: { topic: INPUT, partition: record.partition, offset: record.offset },
      }
      forward(DUPLICATES, { key, value: Buffer.from(JSON.stringify(duplicate)), headers, timestamp })
    },
  }
}
