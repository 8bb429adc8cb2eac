import { isIP } from 'node:net'
import { KINDS, type Kind, type KindRule, type Role } from '../rules/kind.ts'
import type { Message } from '../rules/message.ts'
import { includes, MODES, type Mode } from '../rules/mode.ts'
import type { Reading } from '../rules/reading.ts'
import type { Outcome } from './event.ts'

/** What is known of a connection, which is a host and a pid, from the lines so far. Plain data. */
export interface Session {
  readonly address: string | undefined
  readonly port: number | undefined
  readonly user: string | undefined
  /** The different users it has tried: the first few. */
  readonly users: readonly string[]
  /** Failed attempts told so far. */
  readonly told: number
  /** Whether the last of them was only announced. */
  readonly announced: boolean
  /** Failures that were held back, as several users would make them count. */
  readonly held: number
  /**
   * Whether one of them names no user, while none was known: PAM leaves out the names of users that do not exist, so it is not
   * the user who logs in later.
   */
  readonly nameless: boolean
  /** A failure that waits for its address. */
  readonly pending: Pending | undefined
}

export interface Pending {
  readonly kind: Kind
  /** What it adds to the attempts. */
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

/** What a line comes to, once what is known of its connection is taken into account. */
export interface Judgement {
  readonly outcome: Outcome
  readonly attempts: number
  /** Whether it is a failure whose address is yet to be told. */
  readonly isPending: boolean
  /** What was pending, and counts now. */
  readonly because: Kind | undefined
  /** What is known with this line. */
  readonly session: Session
  /** Whether nothing more comes of the connection. */
  readonly isOver: boolean
}

/**
 * Judges a line by what was read in it and by the lines of its connection before it. A pure function.
 * @param continues whether later lines can be told to be of the same connection: without a pid they cannot
 */
export function judge(
  reading: Reading,
  { preauth, count }: Message,
  before: Session | undefined,
  mode: Mode,
  continues: boolean,
): Judgement {
  const rule = ruleOf(reading.kind)
  const earlier = before === undefined || reading.kind === 'connection-opened' ? NEW : before
  // Texts that are told again are the earlier ones themselves: they are kept already, and are the same at a glance.
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
  // The earlier session itself where a line tells nothing new, as most do: it needs not be kept anew.
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

/** Who fails as one user and then logs in as another, in one connection, has not mistyped. */
function isAnotherUser({ address, port }: Reading, users: readonly string[], earlier: Session): boolean {
  if (users.length < 2 && !earlier.nameless) return false
  // A pid may come again where the end of its connection was not told.
  return (
    isSameOrUnknown(port, earlier.port) && (isSameOrUnknown(address, earlier.address) || isPamName(earlier))
  )
}

function isSameOrUnknown<T>(one: T | undefined, other: T | undefined): boolean {
  return one === undefined || other === undefined || one === other
}

/** Whether only PAM told the address, and as a host name: sshd's own lines have the address. */
function isPamName({ address }: Session): boolean {
  return address !== undefined && isIP(address) === 0
}

/** The attempts of a login as another user: the failures that no line has told yet, and the login itself. */
function othersAttempts({ held, told }: Session): number {
  return Math.max(0, held - told) + 1
}

/** PAM is given the peer's host name, where it has one: that is no news where sshd has told the address itself. */
function addressOf({ address, kind }: Reading, earlier: Session): string | undefined {
  if (address === undefined || address === earlier.address) return earlier.address
  const isPam = kind === 'pam-failure' || kind === 'pam-note'
  return isPam && earlier.address !== undefined && isIP(earlier.address) !== 0 ? earlier.address : address
}

/** What a failure adds to the attempts told: sshd announces some, tells most, and sums up at the end. */
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

/** A kind's rule as it is applied: all its fields are there, so that all rules are of one shape, which is looked up fast. */
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
