import type { Context } from '../../../streams/runtime/processor.ts'
import type { Codec, Store } from '../../../streams/store/store.ts'
import { readJsonObject } from '../../formats/text/json-object.ts'
import { NO_TRACK, type Track } from './attack.ts'
import type { Count } from './count.ts'
import type { FormerSchedule } from './former-schedule.ts'

/** What the detector remembers, one entry of the store each. Every entry stays far below the size of a record. */
export type Entry =
  /** Of an address or a host: its recent failures and its open attacks. */
  | { readonly type: 'track'; readonly track: Track }
  /** Of an address or a host: its running count. */
  | { readonly type: 'count'; readonly count: Count }
  /** Of a host: the time of its last event. */
  | { readonly type: 'clock'; readonly at: number }
  /** From before there were timers. */
  | FormerSchedule
  /** Not JSON: nothing that any version has written. */
  | { readonly type: 'unreadable' }

export const ENTRY: Codec<Entry> = {
  encode: (entry) => Buffer.from(JSON.stringify(entry)),
  decode: (bytes) => (readJsonObject(bytes.toString()) as Entry | undefined) ?? { type: 'unreadable' },
}

type Reading = Pick<Context<Entry>, 'store' | 'count'>

/**
 * The track of an address or a host. An entry that this version cannot read is counted as `unreadable-state` and replaced by
 * the next change: the detector forgets what was open there and continues.
 */
export function trackOf(key: string, { store, count }: Reading): Track {
  const entry = store.get(Buffer.from(`track ${key}`))
  if (entry === undefined) return NO_TRACK
  if (entry.type === 'track' && isTrack(entry.track)) return entry.track
  count('unreadable-state')
  return NO_TRACK
}

/** @param forgetAt the stream time at which the track is forgotten; undefined for never */
export function putTrack(key: string, track: Track, forgetAt: number | undefined, store: Store<Entry>): void {
  store.put(Buffer.from(`track ${key}`), { type: 'track', track }, forgetAt)
}

export function countOf(key: string, { store }: Pick<Reading, 'store'>): Count | undefined {
  const entry = store.get(Buffer.from(`count ${key}`))
  return entry?.type === 'count' ? entry.count : undefined
}

export function putCount(key: string, count: Count, forgetAt: number, store: Store<Entry>): void {
  store.put(Buffer.from(`count ${key}`), { type: 'count', count }, forgetAt)
}

/** The time of a host's last event; undefined if none is known. */
export function clockOf(host: string, { store }: Pick<Reading, 'store'>): number | undefined {
  const entry = store.get(Buffer.from(`clock ${host}`))
  return entry?.type === 'clock' ? entry.at : undefined
}

export function putClock(host: string, at: number, forgetAt: number, store: Store<Entry>): void {
  store.put(Buffer.from(`clock ${host}`), { type: 'clock', at }, forgetAt)
}

function isTrack(track: Track | undefined): boolean {
  return (
    Array.isArray(track?.recent) &&
    Array.isArray(track.attacks) &&
    track.attacks.every(({ hosts, users, addresses, unknownUsers }) =>
      [hosts, users, addresses, unknownUsers].every(Array.isArray),
    )
  )
}
