import type { Random } from './random.ts'
import { type Connection, guesses, guessesOfUnknownUser, type Step, successfulGuess } from './ssh-sessions.ts'

/** Kinds of planted attack, by the detector's names. */
export const ATTACK_KINDS = [
  'brute-force',
  'spraying',
  'user-enumeration',
  'scan',
  'success-after-failures',
] as const

export type AttackKind = (typeof ATTACK_KINDS)[number]

/** A planted attack, as far as its lines are written. */
export interface PlantedAttack {
  readonly kind: AttackKind
  readonly address: string
  /** Hosts and users tried so far, sorted. */
  readonly hosts: readonly string[]
  readonly users: readonly string[]
  /** Failed attempts written so far. */
  readonly attempts: number
  readonly lines: number
  /** Times of the first and last line, in ms since the epoch. */
  readonly first: number
  readonly last: number
  /** Whether all of its lines are written. */
  readonly complete: boolean
}

export interface AttackPlan {
  readonly kind: AttackKind
  readonly address: string
  readonly hosts: readonly [string, ...string[]]
  /** Users with an account on the hosts. */
  readonly accounts: readonly [string, ...string[]]
  readonly random: Random
  readonly connect: (host: string, address: string) => Connection
}

const COMMON_USERS = [
  'admin',
  'test',
  'oracle',
  'ubuntu',
  'postgres',
  'guest',
  'user',
  'ftpuser',
  'minecraft',
  'steam',
  'pi',
  'deploy',
  'jenkins',
  'hadoop',
  'www',
  'mysql',
  'nagios',
  'support',
  'server',
  'dev',
]
/** Shortest and longest pause between two guesses of a slow attack: at least nine guesses fit into ten minutes. */
const SLOW_FROM_MS = 40_000
const SLOW_TO_MS = 65_000

/** One attack from one address, one connection after another. */
export class SshAttack {
  readonly kind: AttackKind
  readonly #address: string
  readonly #random: Random
  /** Remaining connections, the next one last. */
  readonly #connections: (() => Step[])[]
  readonly #hosts = new Set<string>()
  readonly #users = new Set<string>()
  #steps: Step[] = []
  #attempts = 0
  #lines = 0
  #first = 0
  #last = 0
  #notBefore = 0

  constructor(plan: AttackPlan) {
    this.kind = plan.kind
    this.#address = plan.address
    this.#random = plan.random
    this.#connections = this.#planned(plan).reverse()
  }

  get isOver(): boolean {
    return this.#steps.length === 0 && this.#connections.length === 0
  }

  /** The next line, dated `now` (ms since the epoch); undefined while none is due, or when the attack is over. */
  next(now: number): Step | undefined {
    if (now < this.#notBefore) return undefined
    if (this.#steps.length === 0) this.#steps = this.#connections.pop()?.().reverse() ?? []
    const step = this.#steps.pop()
    if (step === undefined) return undefined
    if (this.#lines === 0) this.#first = now
    this.#last = now
    this.#lines += 1
    this.#attempts += step.attempts
    if (this.kind === 'scan' && this.#steps.length === 0)
      this.#notBefore = now + Math.floor(this.#random.between(SLOW_FROM_MS, SLOW_TO_MS))
    return step
  }

  get planted(): PlantedAttack {
    return {
      kind: this.kind,
      address: this.#address,
      hosts: [...this.#hosts].sort(),
      users: [...this.#users].sort(),
      attempts: this.#attempts,
      lines: this.#lines,
      first: this.#first,
      last: this.#last,
      complete: this.isOver,
    }
  }

  #planned(plan: AttackPlan): (() => Step[])[] {
    const { kind, hosts, accounts, random } = plan
    const target = random.pick(hosts)
    switch (kind) {
      case 'brute-force':
      case 'success-after-failures': {
        const user = random.pick(['root', 'root', ...accounts])
        const many = Array.from({ length: 3 + random.below(10) }, () => this.#guess(plan, target, user))
        if (kind === 'brute-force') return many
        return [
          ...many,
          () => this.#attempt(plan, target, user, (connection) => successfulGuess(connection, user)),
        ]
      }
      case 'spraying': {
        const users = shuffled(accounts, random).slice(0, 8)
        return shuffled(hosts, random)
          .slice(0, 1 + random.below(3))
          .flatMap((host) => users.map((user) => this.#guess(plan, host, user, 1)))
      }
      case 'user-enumeration':
        return shuffled(COMMON_USERS, random)
          .slice(0, 8 + random.below(COMMON_USERS.length - 8))
          .map((user) => this.#guess(plan, target, user, 1))
      case 'scan':
        return Array.from({ length: 2 }, () => shuffled(hosts, random))
          .flat()
          .map((host) => this.#guess(plan, host, 'root', 1))
    }
  }

  #guess(plan: AttackPlan, host: string, user: string, count = 2 + this.#random.below(5)): () => Step[] {
    const isAccount = user === 'root' || plan.accounts.includes(user)
    const session = isAccount ? guesses : guessesOfUnknownUser
    return () =>
      this.#attempt(plan, host, user, (connection) => session(connection, user, count, this.#random))
  }

  #attempt(
    plan: AttackPlan,
    host: string,
    user: string,
    session: (connection: Connection) => Step[],
  ): Step[] {
    this.#hosts.add(host)
    this.#users.add(user)
    return session(plan.connect(host, this.#address))
  }
}

/** A shuffled copy (Fisher-Yates). */
function shuffled<T>(items: readonly T[], random: Random): T[] {
  const copy = [...items]
  for (let at = copy.length - 1; at > 0; at -= 1) {
    const other = random.below(at + 1)
    ;[copy[at], copy[other]] = [copy[other] as T, copy[at] as T]
  }
  return copy
}
