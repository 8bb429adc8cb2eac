import { HostLogs } from './host-logs.ts'
import { type LogFormat, lineWriter } from './log-format.ts'
import { RateLimiter } from './rate-limiter.ts'
import type { PlantedAttack } from './ssh-attack.ts'

/** Destination of the generated lines. */
export interface LogSink {
  /** Appends whole lines; resolves when the sink can take more. */
  append(text: string): Promise<void>
  rotate(): Promise<void>
}

export interface GenerateOptions {
  readonly seed: number
  /** Time of the first line, in ms since the epoch. */
  readonly start: number
  readonly hosts: number
  readonly attackRatio: number
  readonly format: LogFormat
  /** Lines a second; Infinity for no limit. */
  readonly rate: number
  readonly count: number
  readonly durationMs: number
  /** Lines between two rotations; Infinity for none. */
  readonly rotateEvery: number
  readonly signal: AbortSignal
}

export interface GenerateOutcome {
  readonly lines: number
  readonly seconds: number
  readonly planted: readonly PlantedAttack[]
}

/** Rate of the hosts' clock when unpaced: faster than lines can be written, so that no line is dated in the future. */
const UNPACED_LINES_PER_SECOND = 1_000_000
const BATCH = 5_000

/** Writes generated lines until the count, the duration or the signal ends it; returns the attacks it planted. */
export async function generateLogs(sink: LogSink, options: GenerateOptions): Promise<GenerateOutcome> {
  const { rate, count, durationMs, rotateEvery, signal } = options
  const logs = new HostLogs({
    ...options,
    linesPerSecond: Number.isFinite(rate) ? rate : UNPACED_LINES_PER_SECOND,
  })
  const write = lineWriter(options.format)
  const limiter = new RateLimiter(rate)
  const stop = Number.isFinite(durationMs)
    ? AbortSignal.any([signal, AbortSignal.timeout(durationMs)])
    : signal
  const started = performance.now()
  let lines = 0
  while (!stop.aborted && lines < count) {
    const untilRotation = rotateEvery - (lines % rotateEvery)
    const permits = await limiter.acquire(Math.min(BATCH, count - lines, untilRotation), stop)
    if (permits === 0) break
    let text = ''
    for (let index = 0; index < permits; index += 1) text += `${write(logs.next())}\n`
    await sink.append(text)
    lines += permits
    if (lines % rotateEvery === 0) await sink.rotate()
  }
  return { lines, seconds: (performance.now() - started) / 1000, planted: logs.planted }
}
