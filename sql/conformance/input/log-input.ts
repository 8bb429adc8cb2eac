import { Draw } from './draw.ts'

const MINUTE_MS = 60_000

/** The failed attempt that a line of sshd reports. */
export interface FailureReport {
  readonly kind: string
  readonly user: string
  readonly address: string
  /** The number of attempts that SQL counts, which sees each line alone. */
  readonly attempts: number
}

export interface LogInput {
  /** The line's own time, in ms since the epoch. */
  readonly at: number
  readonly host: string
  readonly app: string
  readonly pid: number
  readonly message: string
  /** Undefined for a line that reports no failed attempt. */
  readonly reported: FailureReport | undefined
}

export interface LogWave {
  readonly lines: readonly LogInput[]
  /** The time of all records, whatever their lines say: no line happened later. */
  readonly shippedAt: number
  /** The addresses with five failures within any ten minutes, the last in this wave. */
  readonly attackers: readonly string[]
  /** Records of `logs` that are not log lines. */
  readonly unreadable: readonly (Buffer | null)[]
}

/**
 * The start of each wave's lines, in minutes after the first: hours apart, but shipped at one moment. The first two are
 * adjacent, for attacks across the edge of two windows.
 */
export const WAVE_MINUTES = [0, 10, 70, 130, 190, 250, 310] as const

const HOSTS = ['web-1', 'web-2', 'db-1', 'gateway-1', 'world-1', 'chat-1'] as const

/**
 * Ten minutes of logs with several kinds of attack, lines that only look like attacks, and ordinary logins.
 * @param start when the first wave begins, a multiple of ten minutes
 * @param shippedAt when everything was sent, after the last line was written
 */
export function logWave(seed: number, start: number, number: number, shippedAt: number): LogWave {
  const draw = new Draw(seed)
  const base = start + (WAVE_MINUTES[number] ?? 0) * MINUTE_MS
  const lines: LogInput[] = []
  const attackers: string[] = []
  let pid = 1_000 + 500 * number
  let address = 0
  const newAddress = () => {
    address += 1
    return `198.18.${number}.${address}`
  }
  const say = (at: number, host: string, message: string, reported?: FailureReport, app = 'sshd') =>
    lines.push({ at: base + at, host, app, pid, message, reported })
  const failed = (at: number, host: string, user: string, from: string, isUnknown = false) => {
    const port = 30_000 + draw.below(20_000)
    const name = isUnknown ? `invalid user ${user}` : user
    const reported = { kind: 'failed-authentication', user, address: from, attempts: 1 }
    say(at, host, `Failed password for ${name} from ${from} port ${port} ssh2`, reported)
  }

  // Across the edge of two tumbling windows: an attack in a sliding window, and in neither tumbling one.
  pid += 1
  if (number === 1) {
    for (const at of [1, 2, 3]) failed(at * 10_000, 'web-2', 'root', ON_THE_EDGE)
    attackers.push(ON_THE_EDGE)
  }
  // Guesses of one user's password, on one host.
  const guesser = newAddress()
  const host = draw.pick(HOSTS)
  pid += 1
  const guesses = 5 + draw.below(6)
  for (let guess = 0; guess < guesses; guess += 1) failed(30_000 + guess * 20_000, host, 'root', guesser)
  attackers.push(guesser)
  // Unknown users, on every host.
  const prober = newAddress()
  for (const [at, one] of HOSTS.entries()) {
    pid += 1
    const user = draw.pick(['admin', 'oracle', 'from 10.0.0.1 port 1 ssh2', 'test user'])
    const reported = { kind: 'invalid-user', user, address: prober, attempts: 0 }
    say(60_000 + at * 30_000, one, `Invalid user ${user} from ${prober} port 4022`, reported)
    failed(61_000 + at * 30_000, one, user, prober, true)
  }
  attackers.push(prober)
  // A user who mistypes, three times.
  const clumsy = newAddress()
  for (let slip = 0; slip < 3; slip += 1) {
    pid += 1
    failed(60_000 + slip * 2_000, draw.pick(HOSTS), 'ana1', clumsy)
  }
  pid += 1
  say(70_000, 'web-1', `Accepted password for ana1 from ${clumsy} port 5022 ssh2`)
  for (const [app, message] of PEACE) {
    pid += 1
    say(80_000, draw.pick(HOSTS), message, undefined, app)
  }
  for (const [message, reported] of number === 2 ? ODD : []) {
    pid += 1
    const from = newAddress()
    say(300_000, 'db-1', message.replaceAll('ADDRESS', from), {
      ...reported,
      address: reported.address || from,
    })
  }
  // A patient attacker, never more than once in ten minutes: by the records' time it would be an attack.
  pid += 1
  if (number > 0) failed(290_000, 'gateway-1', 'root', PATIENT)
  // A host whose clock is a day ahead: its lines count as of when they were shipped, and end no window.
  if (number === 5) {
    const ahead = newAddress()
    pid += 1
    for (let each = 0; each < 5; each += 1)
      failed(shippedAt - base + 24 * 60 * MINUTE_MS + each * 1_000, 'chat-1', 'root', ahead)
    attackers.push(ahead)
  }
  // A host whose log is shipped hours after the others.
  if (number === 6) {
    const long = newAddress()
    pid += 1
    for (let each = 0; each < 5; each += 1)
      failed(-5 * 60 * MINUTE_MS + each * 1_000, 'world-1', 'root', long)
    attackers.push(long)
  }
  // A late line, out of order: from half an hour ago.
  pid += 1
  if (number === 4) failed(-30 * MINUTE_MS, 'chat-1', 'root', newAddress())
  pid += 1
  if (number === 0) for (const at of [57, 58, 59]) failed(at * 10_000, 'web-2', 'root', ON_THE_EDGE)
  const unreadable = number === 0 ? [Buffer.from('not a record'), Buffer.from('{"message":'), null] : []
  return { lines, shippedAt, attackers, unreadable }
}

const ON_THE_EDGE = '203.0.113.10'
const PATIENT = '203.0.113.20'

/** Rarer forms of sshd's and syslog's lines; an empty address stands for the one in the line. */
const ODD: readonly (readonly [string, FailureReport])[] = [
  [
    'message repeated 3 times: [ Failed password for root from ADDRESS port 4022 ssh2]',
    { kind: 'failed-authentication', user: 'root', address: '', attempts: 3 },
  ],
  [
    'Failed password for bob from ::ffff:203.0.113.77 port 4022 ssh2',
    { kind: 'failed-authentication', user: 'bob', address: '203.0.113.77', attempts: 1 },
  ],
  [
    'Failed password for invalid user x from 192.0.2.6 port 5 ssh2 from ADDRESS port 40001 ssh2',
    { kind: 'failed-authentication', user: 'x from 192.0.2.6 port 5 ssh2', address: '', attempts: 1 },
  ],
  [
    'error: maximum authentication attempts exceeded for root from ADDRESS port 4022 ssh2 [preauth]',
    { kind: 'maximum-attempts', user: 'root', address: '', attempts: 0 },
  ],
  [
    'User carol from ADDRESS not allowed because not listed in AllowUsers',
    { kind: 'user-not-allowed', user: 'carol', address: '', attempts: 0 },
  ],
  [
    'ROOT LOGIN REFUSED FROM ADDRESS port 4022',
    { kind: 'root-login-refused', user: 'root', address: '', attempts: 0 },
  ],
  [
    'error: PAM: Authentication failure for dave from ADDRESS',
    { kind: 'pam-error', user: 'dave', address: '', attempts: 0 },
  ],
]

/** Lines that are no failed attempts, however much they look like one. */
const PEACE: readonly (readonly [app: string, message: string])[] = [
  ['sshd', 'Accepted publickey for ben2 from 10.20.1.2 port 5022 ssh2: ED25519 SHA256:abc'],
  ['sshd', 'Failed publickey for ben2 from 10.20.1.2 port 5022 ssh2: RSA SHA256:def'],
  ['sshd', 'pam_unix(sshd:session): session opened for user ben2(uid=1000) by (uid=0)'],
  ['sshd', 'Connection closed by 10.20.1.2 port 5022'],
  ['chat', 'Failed password for root from 203.0.113.200 port 4022 ssh2'],
  ['game-gateway', 'player-0042 joined world 7'],
]
