import type { SshEvent } from '../sessions/event.ts'

/** The kind of an attack, judged by its attempts so far. */
export type AttackKind =
  /** Many passwords of few users. */
  | 'brute-force'
  /** Few passwords of many users. */
  | 'spraying'
  /** Many users that do not exist. */
  | 'user-enumeration'
  /** A few attempts on each of many hosts, or connections without a login attempt. */
  | 'scan'
  /** It has logged in. */
  | 'success-after-failures'

export interface AttackOptions {
  /** The longest time between failures of one attack; after this much silence the attack is over. */
  readonly windowMs: number
  /** Failed attempts within the window that make an attack. */
  readonly maxFailures: number
}

/** The state of one address or host, kept in the changelog as JSON. Plain data of bounded size. */
export interface Track {
  /** Failures that belong to no attack, in order of arrival. */
  readonly recent: readonly Failure[]
  /** Open attacks; more than one only if the clocks of several hosts are far apart. */
  readonly attacks: readonly Attack[]
}

/** The failed attempts of one event. */
export interface Failure {
  /** Event time by the host's clock, in ms since the epoch. */
  readonly at: number
  /** Stream time at its arrival, in ms since the epoch. */
  readonly heardAt: number
  readonly attempts: number
  readonly host?: string
  readonly address?: string
  readonly user?: string
  /** Whether the user does not exist. */
  readonly isUnknown: boolean
  /** Whether there was no login attempt. */
  readonly isProbe: boolean
}

/** An open attack. */
export interface Attack {
  readonly first: number
  readonly last: number
  /** Stream time of its last line; later than `last` if lines arrived late. */
  readonly heardAt: number
  readonly attempts: number
  readonly probes: number
  /** The first 50 of each. */
  readonly users: readonly string[]
  readonly unknownUsers: readonly string[]
  readonly hosts: readonly string[]
  readonly addresses: readonly string[]
  readonly hasSucceeded: boolean
  /** Its last report. */
  readonly told?: LastReport
}

export interface LastReport {
  readonly id: string
  readonly kind: AttackKind
  readonly attempts: number
}

/** When an event happened by its host's clock, when it arrived in stream time, and its host. */
export interface Moment {
  readonly at: number
  readonly heardAt: number
  readonly host: string | undefined
}

/** Most users, hosts and addresses in a report, each. */
const MOST_NAMES = 50
/** Longer names are truncated: a client chooses them. */
const LONGEST_NAME = 100

/** Most hosts whose failures are kept for one address. */
const MOST_HOSTS = 50
/** Most failures kept separately for one key; far below the size limit of a changelog record. */
const MOST_FAILURES = 250

export const NO_TRACK: Track = { recent: [], attacks: [] }

export function momentOf(event: SshEvent, at: number, heardAt: number): Moment {
  return { at, heardAt, host: event.host === null ? undefined : event.host.slice(0, LONGEST_NAME) }
}

/** The failed attempts of an event; undefined if it has none. */
export function failureOf(event: SshEvent, { at, heardAt, host }: Moment): Failure | undefined {
  if (event.outcome === 'info') return undefined
  const attempts = event.attempts ?? 0
  if (event.outcome === 'success' && attempts === 0) return undefined
  return {
    at,
    heardAt,
    attempts,
    ...(host === undefined ? {} : { host }),
    ...(event.remoteAddress === undefined ? {} : { address: event.remoteAddress }),
    ...(event.user ? { user: event.user.slice(0, LONGEST_NAME) } : {}),
    isUnknown: event.kind === 'invalid-user',
    isProbe: event.user === undefined,
  }
}

/**
 * Adds a failure to a track. It joins the open attack within a window of it. Otherwise it opens an attack if the failures in
 * a window around it have enough attempts. Failures of hosts whose clocks disagree are not counted together.
 */
export function withFailure(track: Track, failure: Failure, options: AttackOptions): Track {
  const joining = track.attacks.findLast((attack) => isNear(attack, failure.at, options))
  if (joining) return withAttack(track, joining, joined(joining, failure))
  if (failure.attempts === 0) return track
  const members = windowAround(track.recent, failure, options)
  const attempts = members.reduce((sum, one) => sum + one.attempts, 0)
  if (attempts < options.maxFailures) return { ...track, recent: withRecent(track.recent, failure, options) }
  const attack = members.reduce<Attack | undefined>(joined, undefined) as Attack
  return {
    recent: track.recent.filter((one) => !members.includes(one)),
    attacks: [...track.attacks, attack],
  }
}

/** Marks the attacks that are open at a successful login. */
export function withSuccess(track: Track, { at, heardAt }: Moment, options: AttackOptions): Track {
  if (!track.attacks.some((attack) => isNear(attack, at, options))) return track
  const attacks = track.attacks.map((attack) =>
    isNear(attack, at, options)
      ? { ...attack, last: Math.max(attack.last, at), heardAt, hasSucceeded: true }
      : attack,
  )
  return { ...track, attacks }
}

/** Replaces an attack of a track. */
export function withAttack(track: Track, before: Attack, after: Attack): Track {
  return { ...track, attacks: track.attacks.map((attack) => (attack === before ? after : attack)) }
}

/** A track without an attack. */
export function withoutAttack(track: Track, attack: Attack): Track {
  return { ...track, attacks: track.attacks.filter((one) => one !== attack) }
}

/** Whether an attack has been silent for the window in stream time. */
export function isOver({ heardAt }: Attack, streamTime: number, { windowMs }: AttackOptions): boolean {
  return streamTime >= heardAt + windowMs
}

/**
 * Whether an attack has been silent for the window by the clocks of all its hosts.
 * @param clockOf the event time of a host's last line; undefined if the partition had none
 */
export function isSilent(
  attack: Attack,
  clockOf: (host: string) => number | undefined,
  { windowMs }: AttackOptions,
): boolean {
  return hostsOf(attack).every(
    (host) => (clockOf(host) ?? Number.NEGATIVE_INFINITY) >= attack.last + windowMs,
  )
}

/** The hosts of an attack; events without a host belong to a host with an empty name. */
export function hostsOf({ hosts }: Attack): readonly string[] {
  return hosts.length === 0 ? [''] : hosts
}

/** Failures that can still open an attack at this stream time. */
export function stillRecent(
  recent: readonly Failure[],
  streamTime: number,
  keptMs: number,
): readonly Failure[] {
  return recent.every(({ heardAt }) => heardAt + keptMs > streamTime)
    ? recent
    : recent.filter(({ heardAt }) => heardAt + keptMs > streamTime)
}

function isNear({ first, last }: Attack, at: number, { windowMs }: AttackOptions): boolean {
  return at > first - windowMs && at < last + windowMs
}

/**
 * The window of failures that includes this one and has the most attempts. A failure on another host counts only if it
 * also arrived within a window, so that a slow clock does not bring together failures that were hours apart.
 */
function windowAround(recent: readonly Failure[], failure: Failure, { windowMs }: AttackOptions): Failure[] {
  const near = recent.filter(
    ({ at, heardAt, host }) =>
      Math.abs(at - failure.at) < windowMs &&
      (host === failure.host || Math.abs(heardAt - failure.heardAt) < windowMs),
  )
  const all = [...near, failure].sort((one, other) => one.at - other.at)
  let best: Failure[] = []
  let most = -1
  let sum = 0
  for (let from = 0, end = 0; from < all.length && (all[from] as Failure).at <= failure.at; from += 1) {
    const { at, attempts } = all[from] as Failure
    for (; end < all.length && (all[end] as Failure).at < at + windowMs; end += 1)
      sum += (all[end] as Failure).attempts
    if (sum > most) {
      most = sum
      best = all.slice(from, end)
    }
    sum -= attempts
  }
  return best
}

/**
 * Adds a failure and drops those that are no longer needed. A failure on the same host that is a window older, in event time
 * and in stream time, cannot be in a window with any later failure. Keeps the last `maxFailures` of each host, and a
 * bounded number of hosts.
 */
function withRecent(
  recent: readonly Failure[],
  failure: Failure,
  { windowMs, maxFailures }: AttackOptions,
): readonly Failure[] {
  const counts = new Map([[failure.host, 1]])
  const kept = recent.toReversed().filter(({ at, heardAt, host }) => {
    if (host === failure.host && at <= failure.at - windowMs && heardAt <= failure.heardAt - windowMs)
      return false
    const count = counts.get(host) ?? 0
    if (count >= maxFailures || (count === 0 && counts.size >= MOST_HOSTS)) return false
    counts.set(host, count + 1)
    return true
  })
  const all = [...kept.reverse(), failure]
  return all.length > MOST_FAILURES ? merged(all) : all
}

/** Merges the first failure into the next one on its host, to bound the number of failures. */
function merged([first, ...rest]: readonly Failure[]): readonly Failure[] {
  const index = rest.findIndex(({ host }) => host === first?.host)
  const next = rest[index]
  return next ? rest.with(index, { ...next, attempts: next.attempts + (first?.attempts ?? 0) }) : rest
}

export function kindOf(attack: Attack): AttackKind {
  const { attempts, probes, users, unknownUsers, hosts, addresses } = attack
  if (attack.hasSucceeded) return 'success-after-failures'
  if (probes * 2 > attempts) return 'scan'
  if (users.length >= 3 && attempts <= users.length * Math.max(3, hosts.length)) {
    return unknownUsers.length * 2 > users.length ? 'user-enumeration' : 'spraying'
  }
  return addresses.length === 1 && hosts.length >= 3 && attempts <= hosts.length * 3 ? 'scan' : 'brute-force'
}

function joined(attack: Attack | undefined, failure: Failure): Attack {
  const { at, heardAt, attempts, user, isUnknown, isProbe } = failure
  return {
    ...attack,
    first: Math.min(attack?.first ?? at, at),
    last: Math.max(attack?.last ?? at, at),
    heardAt: Math.max(attack?.heardAt ?? heardAt, heardAt),
    attempts: (attack?.attempts ?? 0) + attempts,
    probes: (attack?.probes ?? 0) + (isProbe ? attempts : 0),
    users: withName(attack?.users, user),
    unknownUsers: withName(attack?.unknownUsers, isUnknown ? user : undefined),
    hosts: withName(attack?.hosts, failure.host),
    addresses: withName(attack?.addresses, failure.address),
    hasSucceeded: attack?.hasSucceeded ?? false,
  }
}

function withName(names: readonly string[] = [], name: string | undefined): readonly string[] {
  return name === undefined || names.length >= MOST_NAMES || names.includes(name) ? names : [...names, name]
}
