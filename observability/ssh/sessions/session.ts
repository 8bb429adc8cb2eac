import { isIP } from 'node:net'
import { KINDS, type Kind, type KindRule, type Role } from '../rules/kind.ts'
import type { Message } from '../rules/message.ts'
import { includes, MODES, type Mode } from '../rules/mode.ts'
import type { Reading } from '../rules/reading.ts'
import type { Outcome } from './event.ts'

/** The state of a connection, identified by host and pid, after its lines so far. Plain data, kept in the changelog as JSON. */
export interface Session {
  readonly address: string | undefined
  readonly port: number | undefined
  readonly user: string | undefined
  /** The first few different users that it has tried. */
  readonly users: readonly string[]
  /** Failed attempts reported so far. */
  readonly told: number
  /** Whether the last of them was announced and has no outcome yet. */
  readonly announced: boolean
  /** Failures held back: they count only if the connection tries several users. */
  readonly held: number
  /**
   * Whether a held failure had no user name while none was known. PAM omits the names of users that do not exist, so the
   * failure is not of the user who logs in later.
   */
  readonly nameless: boolean
  /** A failure that waits for a line with its address. */
  readonly pending: Pending | undefined
}

export interface Pending {
  readonly kind: Kind
  /** Attempts that it will add. */
  readonly attempts: number
}

const MOST_USERS = 4
const NEW: Session = {
  address: undefined,
  port: undefined,
  user: undefined,
  users: [],
  told: 0,
  announced: false,
  held: 0,
  nameless: false,
  pending: undefined,
}

/** The result of a line, given the state of its connection. */
export interface Evaluation {
  readonly outcome: Outcome
  readonly attempts: number
  /** Whether it is a failure whose address is not known yet. */
  readonly isPending: boolean
  /** The kind of the pending failure that counts now. */
  readonly because: Kind | undefined
  /** The state after this line. */
  readonly session: Session
  /** Whether the connection has ended. */
  readonly isOver: boolean
}

/**
 * Evaluates a line by its reading and the earlier lines of its connection. A pure function.
 * @param continues whether later lines can be assigned to the connection, which takes a pid
 */
export function evaluate(
  reading: Reading,
  { preauth, count }: Message,
  before: Session | undefined,
  mode: Mode,
  continues: boolean,
): Evaluation {
  const rule = ruleOf(reading.kind)
  const earlier = before === undefined || reading.kind === 'connection-opened' ? NEW : before
  // Reuse the earlier string for an equal user, so that comparisons by identity are fast.
  const user = reading.user === undefined || reading.user === earlier.user ? earlier.user : reading.user
  const users = reading.user === undefined ? earlier.users : withUser(earlier.users, user)
  const isHeld = rule.isHeld
  const isSeveral = isHeld && users.length > 1
  const isSuccess = rule.isSuccess
  const fails = isSeveral || ((preauth || !rule.isPreauthOnly) && rule.failsIn[mode])
  const address = addressOf(reading, earlier)
  const waits = fails && address === undefined && continues
  const releases = !fails && !isSuccess && earlier.pending !== undefined && address !== undefined
  const added = fails ? addedAttempts(rule.role, earlier, count) : 0
  const attempts = added + (earlier.pending?.attempts ?? 0)
  const port = reading.address === undefined || reading.address !== address ? earlier.port : reading.port
  const told = isSuccess ? 0 : earlier.told + added
  const announced = fails ? rule.role === 'announcement' : !isSuccess && earlier.announced
  const held = isSuccess || isSeveral ? 0 : earlier.held + (isHeld ? count : 0)
  const isNameless = isHeld && reading.user === undefined && earlier.user === undefined
  const nameless = isNameless || (earlier.nameless && reading.user === undefined)
  const pending = waits
    ? { kind: earlier.pending?.kind ?? reading.kind, attempts }
    : fails || releases || isSuccess
      ? undefined
      : earlier.pending
  const tried = isSuccess ? NEW.users : users
  const isSame =
    told === earlier.told &&
    announced === earlier.announced &&
    held === earlier.held &&
    nameless === earlier.nameless &&
    pending === earlier.pending &&
    tried === earlier.users &&
    port === earlier.port &&
    user === earlier.user &&
    address === earlier.address
  // Reuse the session object when nothing changed, so that the store is not written.
  const session = isSame
    ? earlier
    : { address, port, user, users: tried, told, announced, held, nameless, pending }
  const others = isSuccess && isAnotherUser(reading, users, earlier) ? othersAttempts(earlier) : 0
  const isFailure = (fails && !waits) || releases
  return {
    outcome: isSuccess ? 'success' : isFailure ? 'failure' : 'info',
    attempts: isFailure ? attempts : others,
    isPending: waits,
    because: releases ? earlier.pending?.kind : undefined,
    session,
    isOver: rule.ends,
  }
}

/** Whether a login follows failures of another user in the same connection, which no mistyped password explains. */
function isAnotherUser({ address, port }: Reading, users: readonly string[], earlier: Session): boolean {
  if (users.length < 2 && !earlier.nameless) return false
  // A pid may be reused after a connection whose end was not logged: compare port and address.
  return (
    isSameOrUnknown(port, earlier.port) && (isSameOrUnknown(address, earlier.address) || isPamName(earlier))
  )
}

function isSameOrUnknown<T>(one: T | undefined, other: T | undefined): boolean {
  return one === undefined || other === undefined || one === other
}

/** Whether the address is a host name, which PAM logs; sshd's own lines have an IP address. */
function isPamName({ address }: Session): boolean {
  return address !== undefined && isIP(address) === 0
}

/** The attempts of a login as another user: the failures not reported yet, and the login itself. */
function othersAttempts({ held, told }: Session): number {
  return Math.max(0, held - told) + 1
}

/** The connection's address after this line. PAM logs the peer's host name, which does not replace an IP address of sshd's. */
function addressOf({ address, kind }: Reading, earlier: Session): string | undefined {
  if (address === undefined || address === earlier.address) return earlier.address
  const isPam = kind === 'pam-failure' || kind === 'pam-note'
  return isPam && earlier.address !== undefined && isIP(earlier.address) !== 0 ? earlier.address : address
}

/** The attempts that a failure adds: sshd announces some attempts, reports the outcome of most, and summarizes at the end. */
function addedAttempts(role: Role | undefined, { told, announced, held }: Session, count: number): number {
  switch (role) {
    case 'announcement':
      return announced ? count - 1 : count
    case 'summary':
      return told > 0 ? 0 : count
    case 'attempt':
      return announced ? count - 1 : count
    default:
      return held + count
  }
}

function withUser(users: readonly string[], user: string | undefined): readonly string[] {
  if (!user || users.length >= MOST_USERS || users.includes(user)) return users
  return [...users, user]
}

/** A kind's rule with all fields present, so that all rules have the same hidden class in V8. */
interface AppliedRule {
  readonly role: Role | undefined
  readonly isSuccess: boolean
  readonly isHeld: boolean
  readonly isPreauthOnly: boolean
  readonly ends: boolean
  readonly failsIn: Readonly<Record<Mode, boolean>>
}

const APPLIED: ReadonlyMap<string, AppliedRule> = new Map(
  Object.entries<KindRule>(KINDS).map(([kind, rule]) => [kind, applied(rule)]),
)

function applied({ outcome, role, held, preauthOnly, ends }: KindRule): AppliedRule {
  const failsIn = (mode: Mode) => outcome !== 'success' && outcome !== 'info' && includes(mode, outcome)
  const byMode = Object.fromEntries(MODES.map((mode) => [mode, failsIn(mode)]))
  return {
    role,
    isSuccess: outcome === 'success',
    isHeld: held === true,
    isPreauthOnly: preauthOnly === true,
    ends: ends === true,
    failsIn: byMode as Record<Mode, boolean>,
  }
}

function ruleOf(kind: Kind): AppliedRule {
  return APPLIED.get(kind) as AppliedRule
}
