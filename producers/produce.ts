import type { Message } from 'kafkajs'
import type { Writer } from '../kafka/clients/writer.ts'
import { RateLimiter } from './rate-limiter.ts'

/** Time that a stopped producer waits for the last acknowledgement. */
const FLUSH_MS = 15_000
const BATCH = 5_000

/** How fast records are sent, and when to stop. */
export interface Pacing {
  /** Records a second; Infinity for no limit. */
  readonly rate: number
  /** Maximum number of records. */
  readonly count: number
  /** Maximum duration, in ms. */
  readonly durationMs: number
  /** Abort to stop; the request in flight is still awaited. */
  readonly signal: AbortSignal
  readonly progress?: (progress: Progress) => void
}

/** Where records go and how they are made. */
export interface RecordSource<T extends Message> {
  readonly topic: string
  readonly next: () => T
  /** Receives the acknowledged records, in order. */
  readonly onAcknowledged: (records: readonly T[]) => void
}

export interface ProduceOptions<T extends Message> extends Pacing, RecordSource<T> {
  readonly writer: Writer
}

export interface Progress {
  /** Handed to Kafka. */
  readonly sent: number
  /** Acknowledged by all in-sync replicas. */
  readonly acknowledged: number
  /** Failed requests and connections, including those that succeeded on retry. */
  readonly failures: number
  readonly seconds: number
}

export interface Outcome extends Progress {
  /** Why it ended early, if it did; `sent - acknowledged` records may or may not have been written. */
  readonly error?: Error
}

/**
 * Makes records and sends them in order at a steady rate until the count, the duration or the signal ends it. Only one
 * batch is made while the previous one is in flight, so a slow broker applies backpressure.
 */
export async function produce<T extends Message>(options: ProduceOptions<T>): Promise<Outcome> {
  const { writer, topic, next, rate, count, durationMs, signal, onAcknowledged, progress } = options
  const started = performance.now()
  const timeIsUp = new AbortController()
  const timer = Number.isFinite(durationMs) ? setTimeout(() => timeIsUp.abort(), durationMs) : undefined
  const stop = AbortSignal.any([signal, timeIsUp.signal])
  const limiter = new RateLimiter(rate)
  let made = 0
  let acknowledged = 0
  let failure: Error | undefined
  const state = (): Progress => ({
    sent: made,
    acknowledged,
    failures: writer.failures,
    seconds: (performance.now() - started) / 1000,
  })
  let underWay: Promise<void> = Promise.resolve()
  try {
    while (!stop.aborted && !failure && made < count) {
      const permits = await limiter.acquire(Math.min(BATCH, count - made), stop)
      if (permits === 0) break
      const batch = Array.from({ length: permits }, next)
      await withinFlushTime(underWay, stop)
      if (failure || stop.aborted) break
      made += permits
      progress?.(state())
      underWay = writer
        .send(topic, batch, (from, to) => {
          acknowledged += to - from
          onAcknowledged(batch.slice(from, to))
          progress?.(state())
        })
        .catch((error: Error) => {
          failure = error
        })
    }
    await withinFlushTime(underWay, stop)
  } catch (error) {
    failure ??= error as Error
  } finally {
    clearTimeout(timer)
  }
  return { ...state(), ...(failure ? { error: failure } : {}) }
}

/** Waits for a request: without limit while running, up to FLUSH_MS once stopped. */
async function withinFlushTime(underWay: Promise<void>, stop: AbortSignal): Promise<void> {
  const done = new AbortController()
  const late = new Promise<never>((_, reject) => {
    const giveUp = () =>
      reject(new Error(`the broker did not acknowledge the last request within ${FLUSH_MS / 1000} s`))
    const arm = () => {
      const timer = setTimeout(giveUp, FLUSH_MS)
      done.signal.addEventListener('abort', () => clearTimeout(timer), { once: true })
    }
    if (stop.aborted) arm()
    else stop.addEventListener('abort', arm, { once: true, signal: done.signal })
  })
  try {
    await Promise.race([underWay, late])
  } finally {
    done.abort()
  }
}
