import { KINDS, type Kind } from './kind.ts'
import { includes, type Mode } from './mode.ts'
import type { Reading } from './reading.ts'

/** What is known of a connection, which is a host and a pid, from the lines so far. Plain data. */
export interface Session {
  readonly address?: string
  readonly port?: number
  readonly user?: string
  /** The different users it has tried: the first few. */
  readonly users: readonly string[]
  /** Failed attempts told so far. */
  readonly told: number
  /** Whether the last of them was only announced. */
  readonly announced: boolean
  /** Failures that were held back, as several users would make them count. */
  readonly held: number
  /** A failure that waits for its address, and what it adds. */
  readonly pending?: { readonly kind: Kind; readonly attempts: number }
}

const MOST_USERS = 4
const NEW: Session = { users: [], told: 0, announced: false, held: 0 }

/** What a line comes to, once what is known of its connection is taken into account. */
export interface Judgement {
  readonly outcome: 'failure' | 'success' | 'info'
  readonly user?: string | undefined
  readonly address?: string | undefined
  readonly port?: number | undefined
  readonly attempts: number
  readonly pending?: true
  readonly because?: Kind
  /** What is known from now on; undefined where the connection is over. */
  readonly session: Session | undefined
}

export interface Circumstances {
  readonly mode: Mode
  readonly preauth: boolean
  /** How many times the message was said. */
  readonly count: number
  /** Whether later lines can be told to be of the same connection: without a pid they cannot. */
  readonly continues: boolean
}

/** Judges a line by what was read in it and by the lines of its connection before it. A pure function. */
export function judge(
  reading: Reading,
  before: Session | undefined,
  { mode, preauth, count, continues }: Circumstances,
): Judgement {
  const rule = KINDS[reading.kind]
  const earlier = before === undefined || reading.kind === 'connection-opened' ? NEW : before
  const address = reading.address ?? earlier.address
  const port = reading.address === undefined ? earlier.port : reading.port
  const user = reading.user ?? earlier.user
  const users = withUser(earlier.users, reading.user)
  const known = {
    ...(address === undefined ? {} : { address }),
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { user }),
  }
  if (rule.outcome === 'success') {
    // Who fails as one user and then logs in as another has not mistyped.
    const attempts = users.length > 1 ? earlier.held : 0
    return { outcome: 'success', user, address, port, attempts, session: { ...NEW, ...known } }
  }
  const several = rule.held === true && users.length > 1
  const fails =
    several || (rule.outcome !== 'info' && includes(mode, rule.outcome) && (preauth || !rule.preauthOnly))
  const added = fails ? addedAttempts(reading.kind, earlier, count) : 0
  const attempts = added + (earlier.pending?.attempts ?? 0)
  const next: Session = {
    ...known,
    users,
    told: earlier.told + added,
    announced: fails ? rule.role === 'announcement' : earlier.announced,
    held: several ? 0 : earlier.held + (rule.held ? count : 0),
  }
  const session = rule.ends ? undefined : next
  if (fails && address === undefined && continues) {
    const pending = { kind: earlier.pending?.kind ?? reading.kind, attempts }
    return { outcome: 'info', user, attempts: 0, pending: true, session: { ...next, pending } }
  }
  if (fails) return { outcome: 'failure', user, address, port, attempts, session }
  if (earlier.pending && address !== undefined) {
    return { outcome: 'failure', user, address, port, attempts, because: earlier.pending.kind, session }
  }
  const waiting = session && earlier.pending ? { ...session, pending: earlier.pending } : session
  return { outcome: 'info', user, address, port, attempts: 0, session: waiting }
}

/** What a failure adds to the attempts told: sshd announces some, tells most, and sums up at the end. */
function addedAttempts(kind: Kind, { told, announced, held }: Session, count: number): number {
  switch (KINDS[kind].role) {
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
