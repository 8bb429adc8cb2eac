import { topic } from '../../catalog/topics.ts'
import { jsonCodec } from '../../streams/json-codec.ts'
import { type Context, type Processor, UnprocessableRecord } from '../../streams/processor.ts'
import type { Store } from '../../streams/store.ts'
import {
  type Attack,
  type AttackKind,
  type AttackOptions,
  failureOf,
  isAnother,
  isOver,
  kindOf,
  NO_TRACK,
  type Track,
  withFailure,
  withSuccess,
} from './attack.ts'
import type { AttackReport, AttackScope } from './attack-report.ts'
import { type Count, counted } from './count.ts'
import { DueKeys, type Schedule } from './due-keys.ts'
import type { SshEvent } from './event.ts'
import { noLaterThan } from './event-time.ts'

const ATTACKS = topic('ssh-attacks').name
const COUNTS = topic('ssh-counts').name

type Entry =
  | {
      readonly type: 'track'
      readonly track: Track
      /** What was last said of the open attack. */
      readonly told?: { readonly id: string; readonly kind: AttackKind; readonly attempts: number }
    }
  | { readonly type: 'count'; readonly count: Count }
  | Schedule

/** An event and when it happened, in ms since the epoch. */
type TimedEvent = SshEvent & { readonly at: number }

/** What is done with one record: the store, the time, and what is told of it. */
interface Telling extends Pick<Context<Entry>, 'store' | 'streamTime'> {
  tell(topic: string, key: string, value: object): void
}

/** How long a count goes on without an event before it begins anew: it bounds the store. */
const COUNT_MS = 24 * 60 * 60_000

/**
 * Finds attacks in events that are keyed by address, or by host: says when one opens, when it has doubled or shows as
 * another kind, and when it is over; and keeps a running count of each key. Exactly what it says follows from the records
 * and their order.
 */
export function attackProcessor(scope: AttackScope, options: AttackOptions): Processor<Entry, TimedEvent> {
  const due = new DueKeys(options.windowMs)
  return {
    name: `ssh-attacks-by-${scope}`,
    codec: jsonCodec<Entry>(),
    read({ value, timestamp }) {
      const event = eventOf(value)
      const own = event.time === null ? Number.NaN : Date.parse(event.time)
      const at = noLaterThan(timestamp, Number.isNaN(own) ? null : own)
      return { event: { ...event, at }, eventTime: at }
    },
    process({ timestamp }, { store, streamTime, forward }, event) {
      const context = { store, streamTime, tell: teller(forward, timestamp) }
      for (const key of due.take(store as Store<Schedule>, streamTime)) closeIfOver(key, context)
      const { at } = event
      const key = scope === 'address' ? event.remoteAddress : event.host
      if (key === undefined || key === null || event.outcome === 'info') return
      countEvent(key, event, context)
      let entry = trackOf(key, context)
      const { attack } = entry.track
      if (attack && (isOver(attack, context.streamTime, options) || isAnother(attack, at, options))) {
        say(key, entry, 'closed', context)
        entry = { type: 'track', track: NO_TRACK }
        // Also where what comes now is nothing to keep: the attack must not be found again, and closed again.
        put(key, entry, context, context.streamTime)
      }
      const failure = failureOf(event, at)
      const failed = failure ? withFailure(entry.track, failure, context.streamTime, options) : entry.track
      // On a host somebody always logs in; that of an attacking address matters.
      const logsIn = scope === 'address' && event.outcome === 'success'
      keep(key, { ...entry, track: logsIn ? withSuccess(failed, at, context.streamTime) : failed }, context)
    },
  }

  /** Stores a track, and says what has become of its attack. */
  function keep(key: string, entry: Entry & { type: 'track' }, context: Telling): void {
    const { track, told } = entry
    const { attack } = track
    if (!attack) {
      if (track.recent.length > 0) put(key, entry, context, context.streamTime + options.windowMs)
      return
    }
    const kind = kindOf(attack)
    if (!told) {
      due.add(context.store as Store<Schedule>, key, attack.heardAt + options.windowMs)
      const opened = { ...entry, told: { id: idOf(key, attack), kind, attempts: attack.attempts } }
      put(key, opened, context)
      say(key, opened, 'open', context)
    } else if (attack.attempts >= told.attempts * 2 || kind !== told.kind) {
      const grown = { ...entry, told: { ...told, kind, attempts: attack.attempts } }
      put(key, grown, context)
      say(key, grown, 'grown', context)
    } else {
      put(key, entry, context)
    }
  }

  function closeIfOver(key: string, context: Telling): void {
    const entry = trackOf(key, context)
    const { attack } = entry.track
    if (!attack) return
    if (!isOver(attack, context.streamTime, options)) {
      due.add(context.store as Store<Schedule>, key, attack.heardAt + options.windowMs)
      return
    }
    say(key, entry, 'closed', context)
    put(key, { type: 'track', track: NO_TRACK }, context, context.streamTime)
  }

  function say(
    key: string,
    { track, told }: Entry & { type: 'track' },
    state: AttackReport['state'],
    { tell }: Telling,
  ): void {
    const { attack } = track
    if (!attack) return
    const kind = kindOf(attack)
    const report: AttackReport = {
      id: told?.id ?? idOf(key, attack),
      scope,
      state,
      kind,
      severity: kind === 'success-after-failures' ? 'critical' : 'warning',
      attempts: attack.attempts,
      users: attack.users,
      hosts: attack.hosts,
      addresses: attack.addresses,
      first: new Date(attack.first).toISOString(),
      last: new Date(attack.last).toISOString(),
    }
    tell(ATTACKS, `${scope} ${key}`, report)
  }

  function idOf(key: string, { first }: Attack): string {
    return `${scope} ${key} ${new Date(first).toISOString()}`
  }

  function countEvent(key: string, event: TimedEvent, { store, streamTime, tell }: Telling): void {
    const name = Buffer.from(`count ${key}`)
    const entry = store.get(name)
    const count = counted(entry?.type === 'count' ? entry.count : undefined, event, event.at)
    store.put(name, { type: 'count', count }, streamTime + COUNT_MS)
    tell(COUNTS, `${scope} ${key}`, { scope, key, ...count })
  }
}

/** What is told has the timestamp of the record that made it so: a topic's retention counts from there. */
function teller(forward: Context<Entry>['forward'], timestamp: number): Telling['tell'] {
  return (name, key, value) =>
    forward(name, {
      key: Buffer.from(key),
      value: Buffer.from(JSON.stringify(value)),
      headers: [],
      timestamp,
    })
}

function trackOf(key: string, { store }: Pick<Telling, 'store'>): Entry & { type: 'track' } {
  const entry = store.get(Buffer.from(`track ${key}`))
  return entry?.type === 'track' ? entry : { type: 'track', track: NO_TRACK }
}

function put(key: string, entry: Entry, { store }: Pick<Telling, 'store'>, forgetAt?: number): void {
  store.put(Buffer.from(`track ${key}`), entry, forgetAt)
}

/** @throws UnprocessableRecord for a value that is no event */
function eventOf(value: Buffer | null): SshEvent {
  if (value === null) throw new UnprocessableRecord('NO_VALUE', 'the record has no value')
  let event: Partial<SshEvent> | null
  try {
    event = JSON.parse(value.toString())
  } catch (error) {
    throw new UnprocessableRecord('NOT_JSON', `the value is no JSON text: ${(error as Error).message}`)
  }
  if (typeof event?.outcome !== 'string' || typeof event.kind !== 'string')
    throw new UnprocessableRecord('NOT_JSON', 'the value is no SSH event: it has no kind and outcome')
  return event as SshEvent
}
