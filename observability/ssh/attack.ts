import type { SshEvent } from './event.ts'

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
  /** Failures of the window, in their order; fewer attempts than open an attack. Empty while one is open. */
  readonly recent: readonly Failure[]
  readonly attack: Attack | undefined
}

/** Failed attempts that one event tells. */
export interface Failure {
  /** ms since the epoch. */
  readonly at: number
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
}

/** How many users, hosts and addresses of an attack are told at most. */
const MOST_NAMES = 50
/** Longer names are cut: a client may send any. */
const LONGEST_NAME = 100

export const NO_TRACK: Track = { recent: [], attack: undefined }

/** The failed attempts of an event; undefined for one without any. */
export function failureOf(event: SshEvent, at: number): Failure | undefined {
  if (event.outcome === 'info') return undefined
  const attempts = event.attempts ?? 0
  if (event.outcome === 'success' && attempts === 0) return undefined
  return {
    at,
    attempts,
    ...(event.host === null ? {} : { host: event.host.slice(0, LONGEST_NAME) }),
    ...(event.remoteAddress === undefined ? {} : { address: event.remoteAddress }),
    ...(event.user ? { user: event.user.slice(0, LONGEST_NAME) } : {}),
    isUnknown: event.kind === 'invalid-user',
    isProbe: event.user === undefined,
  }
}

/**
 * A track with one more failure. An attack opens as soon as the failures of a window that ends with the latest of them have
 * as many attempts as that takes. The window is the key's own: failures that lag behind those of others, as a host's do
 * whose partition is read later than the rest after a standstill, count as they would have in time.
 */
export function withFailure(
  track: Track,
  failure: Failure,
  streamTime: number,
  options: AttackOptions,
): Track {
  const { windowMs, maxFailures } = options
  if (track.attack) return { recent: [], attack: joined(track.attack, failure, streamTime) }
  if (failure.attempts === 0) return track
  const all = [...track.recent, failure].sort((one, other) => one.at - other.at)
  const from = (all.at(-1) as Failure).at - windowMs
  const recent = all.filter(({ at }) => at > from)
  const attempts = recent.reduce((sum, one) => sum + one.attempts, 0)
  if (attempts < maxFailures) return { recent, attack: undefined }
  const attack = recent.reduce<Attack | undefined>((sum, one) => joined(sum, one, streamTime), undefined)
  return { recent: [], attack }
}

/** A track of an address that has logged in: it matters where an attack is open. */
export function withSuccess(track: Track, at: number, streamTime: number): Track {
  const { attack } = track
  if (!attack) return track
  const last = Math.max(attack.last, at)
  return { ...track, attack: { ...attack, last, heardAt: streamTime, hasSucceeded: true } }
}

/** Whether an attack has been silent for the window, by what else the partition has shown. */
export function isOver({ heardAt }: Attack, streamTime: number, { windowMs }: AttackOptions): boolean {
  return streamTime >= heardAt + windowMs
}

/** Whether what happens at a time is another attack's, since this one had been silent for the window by then. */
export function isAnother({ last }: Attack, at: number, { windowMs }: AttackOptions): boolean {
  return at >= last + windowMs
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

function joined(attack: Attack | undefined, failure: Failure, streamTime: number): Attack {
  const { at, attempts, user, isUnknown, isProbe } = failure
  return {
    first: Math.min(attack?.first ?? at, at),
    last: Math.max(attack?.last ?? at, at),
    heardAt: streamTime,
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
