import { topic } from '../../../catalog/topics.ts'
import {
  type Context,
  type DeclaredProcessor,
  UnprocessableRecord,
} from '../../../streams/runtime/processor.ts'
import { jsonCodec } from '../../../streams/store/json-codec.ts'
import type { Store } from '../../../streams/store/store.ts'
import { readJsonObject } from '../../formats/text/json-object.ts'
import type { SshEvent } from '../sessions/event.ts'
import {
  type Attack,
  type AttackOptions,
  failureOf,
  hostsOf,
  isOver,
  isSilent,
  kindOf,
  momentOf,
  NO_TRACK,
  stillRecent,
  type Track,
  withAttack,
  withFailure,
  withSuccess,
} from './attack.ts'
import type { AttackReport, AttackScope } from './attack-report.ts'
import { type Count, counted } from './count.ts'
import { type Due, DueKeys, type Lane, type Schedule } from './due-keys.ts'
import { noLaterThan } from './event-time.ts'
import { LONGEST_HOST } from './host.ts'

const ATTACKS = topic('ssh-attacks').name
const COUNTS = topic('ssh-counts').name

type Entry =
  | { readonly type: 'track'; readonly track: Track }
  | { readonly type: 'count'; readonly count: Count }
  /** What the last event of a host said of the time. */
  | { readonly type: 'clock'; readonly at: number }
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
 * How much longer than the window failures are remembered: more than a broker lets a record's timestamp be ahead, so that such
 * a timestamp makes nothing forgotten.
 */
const LATENESS_MS = 2 * 60 * 60_000
/** So many attacks of one key are open at most: for more, the one silent for longest is closed. */
const MOST_ATTACKS = 8

/**
 * Finds attacks in events that are keyed by address, or by host: says when one opens, when it has doubled or shows as
 * another kind, and when it is over; and keeps a running count of each key. Exactly what it says follows from the records
 * and their order. What belongs together is told by the events' own times, of one key only; the records' timestamps, which
 * are the broker's, tell when nothing more was heard.
 */
export function attackProcessor(
  scope: AttackScope,
  options: AttackOptions,
): DeclaredProcessor<Entry, TimedEvent> {
  const due = new DueKeys(options.windowMs)
  const keptMs = options.windowMs + LATENESS_MS
  return {
    name: `ssh-attacks-by-${scope}`,
    codec: jsonCodec<Entry>(),
    read({ value, timestamp }) {
      const event = eventOf(value)
      const own = event.time === null ? Number.NaN : Date.parse(event.time)
      const at = noLaterThan(timestamp, Number.isNaN(own) ? null : own)
      // The clock of the store: no host can move it.
      return { event: { ...event, at }, eventTime: timestamp }
    },
    process({ timestamp }, { store, streamTime, forward }, event) {
      const context = { store, streamTime, tell: teller(forward, timestamp) }
      const schedule = store as Store<Schedule>
      for (const one of due.take(schedule, streamTime, streamTime)) closeIfOver(one, context)
      const { at } = event
      const moment = momentOf(event, at, streamTime)
      const host = moment.host ?? ''
      store.put(clockName(host), { type: 'clock', at }, streamTime + keptMs)
      for (const one of due.take(schedule, at, streamTime, laneOf(host, context))) closeIfSilent(one, context)
      const key = scope === 'address' ? event.remoteAddress : event.host
      if (key === undefined || key === null || event.outcome === 'info') return
      countEvent(key, event, context)
      const before = trackOf(key, context)
      const open = before.attacks.filter((attack) => {
        const isClosed = isOver(attack, streamTime, options) || isSilent(attack, clockIn(context), options)
        if (isClosed) say(key, attack, 'closed', context)
        return !isClosed
      })
      const isAnyClosed = open.length < before.attacks.length
      const recent = stillRecent(before.recent, streamTime, keptMs)
      let track = isAnyClosed || recent !== before.recent ? { recent, attacks: open } : before
      const failure = failureOf(event, moment)
      if (failure) track = withFailure(track, failure, options)
      // On a host somebody always logs in; that of an attacking address matters.
      if (scope === 'address' && event.outcome === 'success') track = withSuccess(track, moment, options)
      for (const attack of track.attacks)
        if (!open.includes(attack)) track = withAttack(track, attack, tellOf(key, attack, context))
      track = withoutTooMany(key, track, context)
      if (track !== before) put(key, track, context)
    },
  }

  /** Says what has become of an attack, where that is news; the attack with what was said. */
  function tellOf(key: string, attack: Attack, context: Telling): Attack {
    const kind = kindOf(attack)
    const { attempts, told } = attack
    if (told && attempts < told.attempts * 2 && kind === told.kind) return attack
    const id = told?.id ?? idOf(key, attack)
    const after = { ...attack, told: { id, kind, attempts } }
    say(key, after, told ? 'grown' : 'open', context)
    if (told) return after
    lookAfterWindow({ key, id }, attack, context)
    lookAfterSilence({ key, id }, attack, context)
    return after
  }

  /** The attack is closed when the log's clock shows nothing of it for the window. */
  function lookAfterWindow(one: Due, { heardAt }: Attack, { store }: Telling): void {
    due.add(store as Store<Schedule>, one, heardAt + options.windowMs)
  }

  /** It is closed before that where the clocks of its hosts have gone on: of logs that are shipped long after. */
  function lookAfterSilence(one: Due, attack: Attack, context: Telling): void {
    const { last } = attack
    const clockOf = clockIn(context)
    const behind = hostsOf(attack).find((host) => (clockOf(host) ?? last) < last + options.windowMs)
    if (behind === undefined) return
    due.add(context.store as Store<Schedule>, one, last + options.windowMs, laneOf(behind, context))
  }

  function closeIfOver(one: Due, context: Telling): void {
    const track = trackOf(one.key, context)
    const attack = attackOf(track, one)
    if (!attack) return
    if (isOver(attack, context.streamTime, options)) close(one.key, track, attack, context)
    else lookAfterWindow(one, attack, context)
  }

  function closeIfSilent(one: Due, context: Telling): void {
    const track = trackOf(one.key, context)
    const attack = attackOf(track, one)
    if (!attack) return
    if (isSilent(attack, clockIn(context), options)) close(one.key, track, attack, context)
    else lookAfterSilence(one, attack, context)
  }

  function laneOf(host: string, { streamTime }: Pick<Telling, 'streamTime'>): Lane {
    return { name: ` host ${host}`, forgetAt: streamTime + keptMs }
  }

  function close(key: string, track: Track, attack: Attack, context: Telling): void {
    say(key, attack, 'closed', context)
    put(key, { ...track, attacks: track.attacks.filter((one) => one !== attack) }, context)
  }

  function withoutTooMany(key: string, track: Track, context: Telling): Track {
    if (track.attacks.length <= MOST_ATTACKS) return track
    const silent = track.attacks.reduce((one, other) => (other.heardAt < one.heardAt ? other : one))
    say(key, silent, 'closed', context)
    return { ...track, attacks: track.attacks.filter((attack) => attack !== silent) }
  }

  /** An open attack stays until it is closed, failures for as long as they can open one. */
  function put(
    key: string,
    track: Track,
    { store, streamTime }: Pick<Telling, 'store' | 'streamTime'>,
  ): void {
    const forgetAt = track.recent.length > 0 ? streamTime + keptMs : streamTime
    const name = Buffer.from(`track ${key}`)
    store.put(name, { type: 'track', track }, track.attacks.length > 0 ? undefined : forgetAt)
  }

  function say(key: string, attack: Attack, state: AttackReport['state'], { tell }: Telling): void {
    const kind = kindOf(attack)
    const report: AttackReport = {
      id: attack.told?.id ?? idOf(key, attack),
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
    const before = entry?.type === 'count' ? entry.count : undefined
    const isSilent = before !== undefined && event.at >= before.last + COUNT_MS
    const count = counted(isSilent ? undefined : before, event, event.at)
    tell(COUNTS, `${scope} ${key}`, { scope, key, ...count })
    store.put(name, { type: 'count', count }, streamTime + COUNT_MS)
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

function attackOf({ attacks }: Track, { id }: Due): Attack | undefined {
  return attacks.find(({ told }) => told?.id === id)
}

function clockName(host: string): Buffer {
  return Buffer.from(`clock ${host}`)
}

function clockIn({ store }: Pick<Telling, 'store'>): (host: string) => number | undefined {
  return (host) => {
    const entry = store.get(clockName(host))
    return entry?.type === 'clock' ? entry.at : undefined
  }
}

function trackOf(key: string, { store }: Pick<Telling, 'store'>): Track {
  const entry = store.get(Buffer.from(`track ${key}`))
  // An earlier version had one attack at most: what it remembers is not read.
  return entry?.type === 'track' && Array.isArray(entry.track.attacks) ? entry.track : NO_TRACK
}

/** @throws UnprocessableRecord for a value that is no event */
function eventOf(value: Buffer | null): SshEvent {
  if (value === null) throw new UnprocessableRecord('NO_VALUE', 'the record has no value')
  const event = readJsonObject(value.toString())
  if (event === undefined) throw new UnprocessableRecord('NOT_JSON', 'the value is no JSON object')
  const wrong = FIELDS.find(([name, isRight]) => !isRight(event[name]))
  if (wrong)
    throw new UnprocessableRecord(
      'NOT_JSON',
      `the value is no SSH event: its ${wrong[0]} is not what it should be`,
    )
  return event as unknown as SshEvent
}

const isText = (value: unknown) => typeof value === 'string'
const isAbsentOr = (isRight: (value: unknown) => boolean) => (value: unknown) =>
  value == null || isRight(value)
const isName = (value: unknown) => isText(value) && (value as string).length <= LONGEST_HOST

/** Operators may write to the topic too: what follows relies on these. */
const FIELDS: readonly (readonly [keyof SshEvent, (value: unknown) => boolean])[] = [
  ['kind', isText],
  ['outcome', isText],
  ['time', isAbsentOr(isText)],
  ['host', isAbsentOr(isName)],
  ['remoteAddress', isAbsentOr(isName)],
  ['user', isAbsentOr(isText)],
  ['attempts', isAbsentOr((value) => Number.isSafeInteger(value) && (value as number) >= 0)],
]
