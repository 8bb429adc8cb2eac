import { topic } from '../catalog/topics.ts'
import { type Processor, UnprocessableRecord } from './processor.ts'
import type { Codec } from './store.ts'

const UNIQUE = topic('transactions-unique').name
const DUPLICATES = topic('transactions-duplicates').name
const INPUT = topic('transactions-by-id').name

export type RetentionMode =
  /** Counted from the first sight of an id. */
  | 'fixed'
  /** Each duplicate begins it anew. */
  | 'sliding'

export interface DedupOptions {
  readonly retentionMs: number
  readonly mode: RetentionMode
}

/** What `transactions-duplicates` says of each record that was suppressed. Times are ms since the epoch. */
export interface Duplicate {
  readonly id: string
  readonly firstSeenAt: number
  readonly seenAgainAt: number
  readonly source: { readonly topic: string; readonly partition: number; readonly offset: number }
}

/** When an id was first seen, and since when its retention counts. Both in event time, ms since the epoch. */
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
 * Lets the first record of each id through, unchanged, and suppresses every other within the retention of the event
 * time that it counts from. An id is forgotten when stream time has gone the retention on since it was last counted:
 * so records that come late, out of order, still meet it.
 */
export function dedup({ retentionMs, mode }: DedupOptions): Processor<Sighting> {
  return {
    name: 'transactions-dedup',
    codec: SIGHTING,
    process(record, { store, streamTime, forward }) {
      const { key, value, headers, timestamp } = record
      if (key === null || key.length === 0)
        throw new UnprocessableRecord('NO_KEY', 'the record has no id as its key')
      if (value === null) throw new UnprocessableRecord('NO_VALUE', 'the record has no value')
      const seen = store.get(key)
      if (seen === undefined || timestamp >= seen.countsFrom + retentionMs) {
        store.put(key, { firstSeenAt: timestamp, countsFrom: timestamp }, streamTime + retentionMs)
        forward(UNIQUE, { key, value, headers, timestamp })
        return
      }
      if (mode === 'sliding') {
        const countsFrom = Math.max(seen.countsFrom, timestamp)
        store.put(key, { firstSeenAt: seen.firstSeenAt, countsFrom }, streamTime + retentionMs)
      }
      const duplicate: Duplicate = {
        id: key.toString(),
        firstSeenAt: seen.firstSeenAt,
        seenAgainAt: timestamp,
        source: { topic: INPUT, partition: record.partition, offset: record.offset },
      }
      forward(DUPLICATES, { key, value: Buffer.from(JSON.stringify(duplicate)), headers, timestamp })
    },
  }
}
