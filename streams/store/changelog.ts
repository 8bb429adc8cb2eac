import type { OutputRecord, StreamRecord } from '../../kafka/protocol/record.ts'
import type { Clock } from './clock.ts'
import type { TimedStore } from './store.ts'

/** The key under which a partition's stream time is kept; no entry of a store has an empty key. */
const STREAM_TIME_KEY = Buffer.alloc(0)
const TIME_BYTES = 8
/**
 * What stands behind stream time where it is append time. Without it stream time is the records' own, which one with a time
 * of years ahead may have set: a store that goes by append time passes it over.
 */
const APPEND_TIME = Buffer.from([1])

/**
 * What one transaction has to write to the changelog so that a store read back from it is this one: each entry that
 * changed, as eight bytes of `forgetAt` (a double) and the value; a tombstone for each that is gone; stream time.
 */
export function changelogRecords<V>(
  store: TimedStore<V>,
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

/** Applies records of a changelog, in their order, to a store. */
export function applyChangelog<V>(
  store: TimedStore<V>,
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
