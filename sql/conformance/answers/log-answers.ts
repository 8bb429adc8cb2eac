import type { LogInput, LogWave } from '../input/log-input.ts'

const WINDOW_MS = 10 * 60_000
const THRESHOLD = 5

export interface Failure {
  /** When it happened, in ms since the epoch: never later than its record was sent. */
  readonly at: number
  readonly host: string
  readonly pid: number
  readonly kind: string
  readonly user: string
  readonly address: string
  readonly attempts: number
  /** The message without the wrapping of syslog and sshd. */
  readonly message: string
}

/** Failures of one host, or from one address, in a tumbling window. */
export interface Count {
  readonly key: string
  /** ms since the epoch. */
  readonly window: number
  readonly failures: number
  readonly attempts: number
  /** The number of addresses for a host, or of hosts for an address. */
  readonly others: number
}

export interface LogAnswers {
  readonly failures: readonly Failure[]
  readonly byHost: readonly Count[]
  readonly byAddress: readonly Count[]
  /** The addresses of attacks in sliding windows: more than the counts contain. */
  readonly attackers: readonly string[]
  /** The number of failed attempts that make an attack. */
  readonly threshold: number
}

export function logAnswers(waves: readonly LogWave[]): LogAnswers {
  const lines = waves.flatMap(({ lines: all, shippedAt }) =>
    all.map((line) => ({ ...line, at: Math.min(line.at, shippedAt) })),
  )
  return {
    failures: lines.flatMap((line) => failureOf(line) ?? []),
    byHost: counts(lines, (line) => [line.host, line.reported?.address ?? '']),
    byAddress: counts(lines, (line) => [line.reported?.address ?? '', line.host]),
    attackers: waves.flatMap((wave) => wave.attackers),
    threshold: THRESHOLD,
  }
}

function failureOf({ at, host, pid, reported, message }: LogInput): Failure | undefined {
  if (!reported) return undefined
  const bare = message
    .replace(/^message repeated \d+ times: \[ (.*)\]$/, '$1')
    .replace(/^error: /, '')
    .replace(/ \[preauth\]$/, '')
  return { at, host, pid, ...reported, message: bare }
}

function counts(lines: readonly LogInput[], of: (line: LogInput) => [key: string, other: string]): Count[] {
  const found = new Map<string, { count: Count; others: Set<string> }>()
  for (const line of lines) {
    if (!line.reported) continue
    const [key, other] = of(line)
    const window = Math.floor(line.at / WINDOW_MS) * WINDOW_MS
    const before = found.get(`${key} ${window}`)
    const others = (before?.others ?? new Set()).add(other)
    const count = {
      key,
      window,
      failures: (before?.count.failures ?? 0) + 1,
      attempts: (before?.count.attempts ?? 0) + line.reported.attempts,
      others: others.size,
    }
    found.set(`${key} ${window}`, { count, others })
  }
  return [...found.values()].map(({ count }) => count).filter(({ failures }) => failures >= THRESHOLD)
}
