import type { OutputRecord, StreamRecord } from '../../kafka/protocol/record.ts'
import type { Clock } from './clock.ts'
import type { Change } from './key-changes.ts'

/** What can be written to a changelog and read back from it: a store, or the timers of a partition. */
export interface Changelogged {
  readonly streamTime: number
  takeChanges(): Change[]
  restore(key: Buffer, value: Buffer, forgetAt: number): void
  restoreRemoval(key: Buffer): void
  restoreStreamTime(streamTime: number): void
}

/** The key under which a partition's stream time is kept; no entry of a store has an empty key. */
const STREAM_TIME_KEY = Buffer.alloc(0)
const TIME_BYTES = 8
/**
 * Marks a stream time that is append time. A stream time without the mark comes from the records' own times, and a single
 * record that was years ahead may have set it: a store that goes by append time ignores it.
 */
const APPEND_TIME = Buffer.from([1])

/**
 * The changes that one transaction writes to the changelog, from which the store can be restored: each changed entry, as
 * eight bytes of `forgetAt` (a double) and the value; a tombstone for each removed entry; and stream time.
 * @param now when the transaction is written, in ms since the epoch
 */
export function changelogRecords(
  store: Changelogged,
  place: { readonly topic: string; readonly partition: number },
  now: number,
  clock: Clock = 'event time',
): OutputRecord[] {
  const record = (key: Buffer, value: Buffer | null): OutputRecord => ({
    ...place,
    timestamp: now,
    key,
    value,
    headers: [],
  })
  const changes = store.takeChanges()
  const records = changes.map(({ key, value, forgetAt }) =>
    record(key, value === undefined ? null : entry(forgetAt, value)),
  )
  if (Number.isFinite(store.streamTime)) records.push(record(STREAM_TIME_KEY, time(store.streamTime, clock)))
  return records
}

/** Applies records of a changelog to a store, in their order. */
export function applyChangelog(
  store: Changelogged,
  records: readonly StreamRecord[],
  clock: Clock = 'event time',
): void {
  for (const { key, value } of records) {
    if (key === null) continue
    if (key.length === 0) {
      if (value && clockOf(value) === clock) store.restoreStreamTime(value.readDoubleBE(0))
    } else if (value === null) {
      store.restoreRemoval(key)
    } else {
      store.restore(key, value.subarray(TIME_BYTES), value.readDoubleBE(0))
    }
  }
}

function time(ms: number, clock: Clock): Buffer {
  const bytes = Buffer.allocUnsafe(TIME_BYTES)
  bytes.writeDoubleBE(ms)
  return clock === 'append time' ? Buffer.concat([bytes, APPEND_TIME]) : bytes
}

function clockOf(time: Buffer): Clock {
  return time.subarray(TIME_BYTES).equals(APPEND_TIME) ? 'append time' : 'event time'
}

function entry(forgetAt: number, value: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(TIME_BYTES + value.length)
  bytes.writeDoubleBE(forgetAt)
  value.copy(bytes, TIME_BYTES)
  return bytes
}
