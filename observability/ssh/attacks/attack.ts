import type { SshEvent } from '../sessions/event.ts'

/** What an attack looks like from what it has tried so far. */
export type AttackKind =
  /** Many passwords of few users. */
  | 'brute-force'
  /** Few passwords of many users. */
  | 'spraying'
  /** Many users that there are not. */
  | 'user-enumeration'
  /** Little on each of many hosts, or connections without an attempt to log in. */
  | 'scan'
  /** It has logged in. */
  | 'success-after-failures'

export interface AttackOptions {
  /** How far apart failures of one attack lie at most, and how long it takes until it counts as over. */
  readonly windowMs: number
  /** So many failed attempts within the window are an attack. */
  readonly maxFailures: number
}

/** What is remembered of one address, or of one host. Plain data, of bounded size. */
export interface Track {
  /** Failures that belong to no attack, in the order in which they were heard of. */
  readonly recent: readonly Failure[]
  /** Open attacks: more than one where the clocks of several hosts are far apart. */
  readonly attacks: readonly Attack[]
}

/** Failed attempts that one event tells. */
export interface Failure {
  /** When it happened by the clock of its host, in ms since the epoch. */
  readonly at: number
  /** When the detector's log had it, in ms since the epoch. */
  readonly heardAt: number
  readonly attempts: number
  readonly host?: string
  readonly address?: string
  readonly user?: string
  /** The user does not exist. */
  readonly isUnknown: boolean
  /** There was no attempt to log in. */
  readonly isProbe: boolean
}

/** An open attack. */
export interface Attack {
  readonly first: number
  readonly last: number
  /** The stream time at which it was last heard of: later than `last` where its lines came late. */
  readonly heardAt: number
  readonly attempts: number
  readonly probes: number
  /** The first so many of each. */
  readonly users: readonly string[]
  readonly unknownUsers: readonly string[]
  readonly hosts: readonly string[]
  readonly addresses: readonly string[]
  readonly hasSucceeded: boolean
  /** What the last report said of it. */
  readonly told?: Told
}

export interface Told {
  readonly id: string
  readonly kind: AttackKind
  readonly attempts: number
}

/** Where and when something happened: by the clock of its host, and in the detector's log. */
export interface Moment {
  readonly at: number
  readonly heardAt: number
  readonly host: string | undefined
}

/** How many users, hosts and addresses of an attack are told at most. */
const MOST_NAMES = 50
/** Longer names are cut: a client may send any. */
const LONGEST_NAME = 100

/** Of so many hosts failures are remembered for one address. */
const MOST_HOSTS = 50
/** So many failures of one key are remembered each by itself: they are far from what a record of the changelog may take. */
const MOST_FAILURES = 250

export const NO_TRACK: Track = { recent: [], attacks: [] }

/** Where and when an event happened. */
export function momentOf(event: SshEvent, at: number, heardAt: number): Moment {
  return { at, heardAt, host: event.host === null ? undefined : event.host.slice(0, LONGEST_NAME) }
}

/** The failed attempts of an event; undefined for one without any. */
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
 * A track with one more failure. It joins the open attack that it lies near to; else it opens one with the failures of a
 * window around it, as soon as they have as many attempts as that takes. Only the key's own failures matter, and of hosts
 * whose clocks differ each host's by themselves.
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

/** A track of an address that has logged in: it matters to the attacks that are open then. */
export function withSuccess(track: Track, { at, heardAt }: Moment, options: AttackOptions): Track {
  if (!track.attacks.some((attack) => isNear(attack, at, options))) return track
  const attacks = track.attacks.map((attack) =>
    isNear(attack, at, options)
      ? { ...attack, last: Math.max(attack.last, at), heardAt, hasSucceeded: true }
      : attack,
  )
  return { ...track, attacks }
}

/** Puts an attack in the place of what it was. */
export function withAttack(track: Track, before: Attack, after: Attack): Track {
  return { ...track, attacks: track.attacks.map((attack) => (attack === before ? after : attack)) }
}

/** A track without an attack. */
export function withoutAttack(track: Track, attack: Attack): Track {
  return { ...track, attacks: track.attacks.filter((one) => one !== attack) }
}

/** Whether an attack has been silent for the window, by what else the partition has shown. */
export function isOver({ heardAt }: Attack, streamTime: number, { windowMs }: AttackOptions): boolean {
  return streamTime >= heardAt + windowMs
}

/**
 * Whether an attack has been silent for the window by the clocks of all its hosts, as far as the partition has shown them.
 * @param clockOf what a host's last line said of the time; undefined where none is known
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

/** The hosts of an attack; an event that names none is of a host without a name. */
export function hostsOf({ hosts }: Attack): readonly string[] {
  return hosts.length === 0 ? [''] : hosts
}

/** Failures that can still open an attack by a time of the detector's log. */
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
 * The failures of the window around one, itself included, that have the most attempts. What other hosts' clocks say
 * counts only where the lines came together too: so a clock that is behind does not bring together what was hours apart.
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
 * Failures with one more, without those that are of no use any more. Those on its host go that lie a window behind it by the
 * host's clock and by the log's: no later failure can meet them. Of each host the last few are kept, as many as can open an
 * attack, of a bounded number of hosts.
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

/** The first failure is told with the next one on its host: it keeps what is remembered of bounded size. */
function merged([first, ...rest]: readonly Failure[]): readonly Failure[] {
  const index = rest.findIndex(({ host }) => host === first?.host)
  const next = rest[index]
  return next ? rest.with(index, { ...next, attempts: next.attempts + (first?.attempts ?? 0) }) : rest
}

/** The kind of an attack, as far as it is known by now. */
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
