import { Random } from './random.ts'
import { ATTACK_KINDS, type PlantedAttack, SshAttack } from './ssh-attack.ts'
import { type Connection, login, mistypedLogin, probe, type Step } from './ssh-sessions.ts'

export interface HostLogOptions {
  readonly seed: number
  /** Time of the first line, in ms since the epoch. */
  readonly start: number
  /** Lines per second of the hosts' clock. */
  readonly linesPerSecond: number
  readonly hosts: number
  /** Share of lines caused by attacks, 0 to 1; lower while every attack waits. */
  readonly attackRatio: number
}

/** One log line of one host, before formatting. */
export interface HostLogLine extends Step {
  /** ms since the epoch. */
  readonly timestamp: number
}

const HOST_ROLES = ['gateway', 'world', 'matchmaker', 'chat', 'web', 'db'] as const
const EMPLOYEES = 60
/** Sessions that write at the same time, so that their lines interleave. */
const CONCURRENT_SESSIONS = 24
const CONCURRENT_ATTACKS = 4
/** Slow attacks, on top of CONCURRENT_ATTACKS: they spend most of their time waiting. */
const CONCURRENT_SCANS = 2
/** Shortest time between two mistyped logins of an employee: five failures in ten minutes would be an attack. */
const MISTYPED_EVERY_MS = 30 * 60_000
const HIGHEST_PID = 4_194_304

interface Employee {
  readonly name: string
  readonly address: string
  mistypedAt: number
}

/**
 * The logs of a game platform's hosts: programs, employees who log in and sometimes mistype, strangers who probe, and
 * attacks on sshd, each from its own address. Records exactly which attacks it planted. Deterministic for its options.
 */
export class HostLogs {
  readonly #options: HostLogOptions
  readonly #random: Random
  readonly #hosts: [string, ...string[]]
  readonly #employees: [Employee, ...Employee[]]
  readonly #pids: Map<string, number>
  readonly #sessions: Step[][] = []
  readonly #attacks: SshAttack[] = []
  readonly #finished: SshAttack[] = []
  #strangers = 0
  #made = 0

  constructor(options: HostLogOptions) {
    this.#options = options
    const random = new Random(options.seed)
    this.#random = random
    this.#hosts = Array.from({ length: Math.max(1, options.hosts) }, (_, index) => {
      const role = HOST_ROLES[index % HOST_ROLES.length]
      return `${role}-${1 + Math.floor(index / HOST_ROLES.length)}`
    }) as [string, ...string[]]
    this.#employees = Array.from({ length: EMPLOYEES }, (_, index) => ({
      name: `${random.pick(['ana', 'ben', 'cho', 'dev', 'eva', 'finn', 'gul', 'hana'])}${index + 1}`,
      // A network per seed, so that failures in two logs do not add up.
      address: `10.${(options.seed >> 8) & 255}.${options.seed & 255}.${1 + index}`,
      mistypedAt: Number.NEGATIVE_INFINITY,
    })) as [Employee, ...Employee[]]
    this.#pids = new Map(this.#hosts.map((host) => [host, 1_000 + random.below(30_000)]))
  }

  /** Attacks so far, ordered by their first line. */
  get planted(): PlantedAttack[] {
    return [...this.#finished, ...this.#attacks]
      .map((attack) => attack.planted)
      .filter(({ lines }) => lines > 0)
      .sort((one, other) => one.first - other.first || (one.address < other.address ? -1 : 1))
  }

  next(): HostLogLine {
    const { start, linesPerSecond, attackRatio } = this.#options
    const timestamp = start + Math.floor((this.#made * 1000) / linesPerSecond)
    this.#made += 1
    const attacks = attackRatio > 0 && this.#random.chance(attackRatio)
    const step = (attacks ? this.#attackStep(timestamp) : undefined) ?? this.#harmlessStep(timestamp)
    const { host, app, pid, message, attempts } = step
    return { timestamp, host, app, pid, message, attempts }
  }

  #attackStep(now: number): Step | undefined {
    const scans = this.#attacks.filter(({ kind }) => kind === 'scan').length
    if (this.#attacks.length < CONCURRENT_ATTACKS + scans) this.#attack(scans < CONCURRENT_SCANS)
    const first = this.#random.below(this.#attacks.length)
    for (let turn = 0; turn < this.#attacks.length; turn += 1) {
      const at = (first + turn) % this.#attacks.length
      const attack = this.#attacks[at] as SshAttack
      const step = attack.next(now)
      if (attack.isOver) {
        this.#attacks.splice(at, 1)
        this.#finished.push(attack)
      }
      if (step) return step
    }
    return undefined
  }

  #attack(mayScan: boolean): void {
    const random = this.#random
    const kinds = ATTACK_KINDS.filter((kind) => kind !== 'scan' || mayScan) as ['brute-force']
    this.#attacks.push(
      new SshAttack({
        kind: random.pick(kinds),
        address: this.#strangerAddress(),
        hosts: this.#hosts,
        accounts: this.#employees.slice(0, 20).map(({ name }) => name) as [string, ...string[]],
        random,
        connect: (host, address) => this.#connect(host, address),
      }),
    )
  }

  #harmlessStep(now: number): Step {
    while (this.#sessions.length < CONCURRENT_SESSIONS) this.#sessions.push(this.#session(now).reverse())
    const at = this.#random.below(this.#sessions.length)
    const session = this.#sessions[at] as Step[]
    const step = session.pop() as Step
    if (session.length === 0) this.#sessions.splice(at, 1)
    return step
  }

  #session(now: number): Step[] {
    const random = this.#random
    const host = random.pick(this.#hosts)
    const draw = random.fraction()
    if (draw < 0.7) return [this.#programStep(host)]
    if (draw < 0.72) return probe(this.#connect(host, this.#strangerAddress()), random)
    const employee = random.pick(this.#employees)
    const connection = this.#connect(host, employee.address)
    if (draw < 0.74 && now - employee.mistypedAt >= MISTYPED_EVERY_MS) {
      employee.mistypedAt = now
      return mistypedLogin(connection, employee.name, 1 + random.below(2))
    }
    return login(connection, employee.name, random)
  }

  #programStep(host: string): Step {
    const random = this.#random
    const player = `player-${String(1 + random.below(5_000)).padStart(4, '0')}`
    const [app, message] = random.pick<readonly [string, string]>([
      ['game-gateway', `${player} joined world ${1 + random.below(40)}`],
      ['game-gateway', `${player} left after ${random.below(7_200)} s`],
      ['matchmaker', `match of ${2 + random.below(8)} players made in ${random.below(900)} ms`],
      ['CRON', '(root) CMD (run-parts /etc/cron.hourly)'],
      ['systemd', 'Started session-cleanup.service - Clean up of sessions.'],
      ['chrony', `Selected source 10.20.0.${1 + random.below(4)}`],
    ])
    return { host, app, pid: this.#pid(host), message, attempts: 0 }
  }

  #connect(host: string, address: string): Connection {
    return { host, pid: this.#pid(host), address, port: 32_768 + this.#random.below(28_000) }
  }

  #pid(host: string): number {
    const last = this.#pids.get(host) ?? 0
    const pid = last + 1 + this.#random.below(5)
    this.#pids.set(host, pid < HIGHEST_PID ? pid : 300)
    return pid < HIGHEST_PID ? pid : 300
  }

  /** An unused address: from the benchmark range (RFC 2544), or sometimes, and once that is used up, IPv6 documentation. */
  #strangerAddress(): string {
    const number = this.#strangers
    this.#strangers += 1
    if (number >= 2 ** 17 || this.#random.chance(0.1)) return `2001:db8::${(number + 1).toString(16)}`
    // Multiplying by an odd number visits every address once before any repeats.
    const spread = (number * 52_711 + this.#options.seed) % 2 ** 17
    return `198.${18 + (spread >> 16)}.${(spread >> 8) & 255}.${spread & 255}`
  }
}
