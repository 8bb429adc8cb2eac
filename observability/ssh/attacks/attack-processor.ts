import { topic } from '../../../catalog/topics.ts'
import type { Context, DeclaredProcessor } from '../../../streams/runtime/processor.ts'
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
  stillRecent,
  type Track,
  withAttack,
  withFailure,
  withoutAttack,
  withSuccess,
} from './attack.ts'
import type { AttackReport, AttackScope } from './attack-report.ts'
import { clockOf, countOf, ENTRY, type Entry, putClock, putCount, putTrack, trackOf } from './attack-state.ts'
import { COUNT_MS, counted } from './count.ts'
import { noLaterThan } from './event-time.ts'
import { takeFormerSchedule } from './former-schedule.ts'
import { readEvent } from './read-event.ts'

const ATTACKS = topic('ssh-attacks').name
const COUNTS = topic('ssh-counts').name

/** An event and when it happened, in ms since the epoch. */
type TimedEvent = SshEvent & { readonly at: number }

/**
 * How much longer than the window failures are remembered: more than a broker lets a record's timestamp be ahead, so that such
 * a timestamp does not make the store forget.
 */
const LATENESS_MS = 2 * 60 * 60_000
/** At most so many attacks of one key are open: one more closes the attack that has been silent for longest. */
const MOST_ATTACKS = 8

/**
 * Finds attacks in events that are keyed by address, or by host: reports when an attack opens, when it has doubled or changed
 * its kind, and when it is over; and keeps a running count of each key. The reports depend on the records and their order
 * only. What belongs together is decided by the events' own times, within one key; the records' timestamps, which are the
 * broker's, decide when nothing more was heard.
 */
export function attackProcessor(
  scope: AttackScope,
  options: AttackOptions,
): DeclaredProcessor<Entry, TimedEvent> {
  const keptMs = options.windowMs + LATENESS_MS
  return {
    name: `ssh-attacks-by-${scope}`,
    codec: ENTRY,
    read({ value, timestamp }) {
      const event = readEvent(value)
      const own = event.time === null ? Number.NaN : Date.parse(event.time)
      const at = noLaterThan(timestamp, Number.isNaN(own) ? null : own)
      // The clock of the store: no host can move it.
      return { event: { ...event, at }, eventTime: timestamp }
    },
    onRestored(context) {
      for (const { key, id } of takeFormerSchedule(context.store)) {
        const attack = trackOf(key, context).attacks.find(({ told }) => told?.id === id)
        if (attack) watch(id, attack, context)
      }
    },
    process(_, context, event) {
      const { store, streamTime } = context
      const { at } = event
      const moment = momentOf(event, at, streamTime)
      const host = moment.host ?? ''
      putClock(host, at, streamTime + keptMs, store)
      context.tick(hostClock(host), at)
      const key = scope === 'address' ? event.remoteAddress : event.host
      if (key === undefined || key === null || event.outcome === 'info') return
      countEvent(key, event, context)
      const before = trackOf(key, context)
      let track = withRecent(key, before, context)
      const open = track.attacks
      const failure = failureOf(event, moment)
      if (failure) track = withFailure(track, failure, options)
      // Somebody always logs in to a host; only the login of an attacking address matters.
      if (scope === 'address' && event.outcome === 'success') track = withSuccess(track, moment, options)
      for (const attack of track.attacks)
        if (!open.includes(attack)) track = withAttack(track, attack, reported(key, attack, context))
      track = withoutTooMany(key, track, context)
      if (track !== before) put(key, track, context)
    },
    /** Closes an attack that was silent for the window, by stream time or by the clocks of its hosts. */
    onTimer(timer, _, context, clock) {
      const id = timer.toString()
      const key = id.slice(scope.length + 1, id.lastIndexOf(' '))
      const track = trackOf(key, context)
      const attack = track.attacks.find(({ told }) => told?.id === id)
      if (!attack) return
      if (isEnded(attack, context)) {
        close(key, attack, context)
        put(key, withoutAttack(track, attack), context)
      } else if (clock === undefined) watchStreamTime(id, attack, context)
      else watchHosts(id, attack, context)
    },
  }

  function isEnded(attack: Attack, context: Context<Entry>): boolean {
    return isOver(attack, context.streamTime, options) || isSilent(attack, clocksIn(context), options)
  }

  /** The track without what is over by now. */
  function withRecent(key: string, track: Track, context: Context<Entry>): Track {
    const ended = track.attacks.filter((attack) => isEnded(attack, context))
    for (const attack of ended) close(key, attack, context)
    const recent = stillRecent(track.recent, context.streamTime, keptMs)
    if (ended.length === 0 && recent === track.recent) return track
    return { recent, attacks: track.attacks.filter((attack) => !ended.includes(attack)) }
  }

  /** Reports an attack if there is news; returns the attack with what was reported. */
  function reported(key: string, attack: Attack, context: Context<Entry>): Attack {
    const kind = kindOf(attack)
    const { attempts, told } = attack
    if (told && attempts < told.attempts * 2 && kind === told.kind) return attack
    const id = told?.id ?? idOf(key, attack)
    const after = { ...attack, told: { id, kind, attempts } }
    report(key, after, told ? 'grown' : 'open', context)
    if (!told) watch(id, attack, context)
    return after
  }

  function watch(id: string, attack: Attack, context: Context<Entry>): void {
    watchStreamTime(id, attack, context)
    watchHosts(id, attack, context)
  }

  /** An attack is over when stream time shows nothing of it for the window. */
  function watchStreamTime(id: string, { heardAt }: Attack, context: Context<Entry>): void {
    context.schedule(Buffer.from(id), heardAt + options.windowMs)
  }

  /** It is over earlier if the clocks of its hosts have gone on by the window, as in logs that are shipped long after. */
  function watchHosts(id: string, attack: Attack, context: Context<Entry>): void {
    const end = attack.last + options.windowMs
    const clock = clocksIn(context)
    const behind = hostsOf(attack).find((host) => (clock(host) ?? attack.last) < end)
    if (behind !== undefined) context.schedule(Buffer.from(id), end, hostClock(behind))
  }

  function close(key: string, attack: Attack, context: Context<Entry>): void {
    report(key, attack, 'closed', context)
    const timer = Buffer.from(attack.told?.id ?? idOf(key, attack))
    context.cancel(timer)
    for (const host of new Set(['', ...attack.hosts])) context.cancel(timer, hostClock(host))
  }

  function withoutTooMany(key: string, track: Track, context: Context<Entry>): Track {
    if (track.attacks.length <= MOST_ATTACKS) return track
    const silent = track.attacks.reduce((one, other) => (other.heardAt < one.heardAt ? other : one))
    close(key, silent, context)
    return withoutAttack(track, silent)
  }

  /** An open attack stays until it is closed, failures for as long as they can open one. */
  function put(key: string, track: Track, { store, streamTime }: Context<Entry>): void {
    const forgetAt = track.recent.length > 0 ? streamTime + keptMs : streamTime
    putTrack(key, track, track.attacks.length > 0 ? undefined : forgetAt, store)
  }

  function report(key: string, attack: Attack, state: AttackReport['state'], context: Context<Entry>): void {
    const kind = kindOf(attack)
    const value: AttackReport = {
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
    send(ATTACKS, `${scope} ${key}`, value, context)
  }

  function idOf(key: string, { first }: Attack): string {
    return `${scope} ${key} ${new Date(first).toISOString()}`.toWellFormed()
  }

  function countEvent(key: string, event: TimedEvent, context: Context<Entry>): void {
    const count = counted(countOf(key, context), event, event.at)
    send(COUNTS, `${scope} ${key}`, { scope, key, ...count }, context)
    putCount(key, count, context.streamTime + COUNT_MS, context.store)
  }
}

/** Sends with the timestamp of the record under way, because the retention of the topic counts from there. */
function send(name: string, key: string, value: object, { forward, recordTimestamp }: Context<Entry>): void {
  forward(name, {
    key: Buffer.from(key),
    value: Buffer.from(JSON.stringify(value)),
    headers: [],
    timestamp: recordTimestamp,
  })
}

/** The clock that the events of a host move. */
function hostClock(host: string): string {
  return `host ${host}`
}

function clocksIn(context: Context<Entry>): (host: string) => number | undefined {
  return (host) => clockOf(host, context)
}
