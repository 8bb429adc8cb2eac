import type { Message } from 'kafkajs'
import type { Writer } from '../kafka/writer.ts'
import { Pace } from './pace.ts'

/** How long a stopped producer waits for the broker's last acknowledgement. */
const FLUSH_MS = 15_000
const BATCH = 5_000

export interface ProduceOptions<T extends Message> {
  readonly writer: Writer
  readonly topic: string
  /** Makes the next record. */
  readonly next: () => T
  /** Gets the records that were acknowledged, in their order. */
  readonly onAcknowledged: (records: readonly T[]) => void
  /** Records a second; Infinity for as many as go. */
  readonly rate: number
  /** How many records at most. */
  readonly count: number
  /** For how long at most, in ms. */
  readonly durationMs: number
  /** Aborted to stop: what is under way is still acknowledged. */
  readonly signal: AbortSignal
  readonly progress?: (progress: Progress) => void
}

export interface Progress {
  /** Handed to Kafka. */
  readonly sent: number
  /** Acknowledged by all in-sync replicas. */
  readonly acknowledged: number
  /** Requests and connections that failed, those among them that a retry cured. */
  readonly failures: number
  readonly seconds: number
}

export interface Outcome extends Progress {
  /** What ended it early, where something did; `sent - acknowledged` records may or may not have been written. */
  readonly error?: Error
}

/**
 * Makes records and sends them in their order at a steady rate until the count, the time or the signal ends it. One
 * batch is made while the one before is under way, and no more: a slow broker slows the making.
 */
export async function produce<T extends Message>(options: ProduceOptions<T>): Promise<Outcome> {
  const { writer, topic, next, rate, count, durationMs, signal, onAcknowledged, progress } = options
  const started = performance.now()
  const timeIsUp = new AbortController()
  const timer = Number.isFinite(durationMs) ? setTimeout(() => timeIsUp.abort(), durationMs) : undefined
  const stop = AbortSignal.any([signal, timeIsUp.signal])
  const pace = new Pace(rate)
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
      const due = await pace.take(Math.min(BATCH, count - made), stop)
      if (due === 0) break
      const batch = Array.from({ length: due }, next)
      await withinFlushTime(underWay, stop)
      if (failure || stop.aborted) break
      made += due
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

/** Waits for a request: as long as it takes while running, for a bounded time once stopped. */
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
