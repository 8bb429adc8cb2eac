import type { Warn } from '../kafka/kafkajs/kafkajs-client.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { dedupMetrics, runDedup } from '../streams/processors/dedup-pipeline.ts'
import { DEFAULTS } from '../streams/runtime/start-processor.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** A running de-duplication. */
export interface RunningDedup {
  /** Records still to be processed; undefined if unknown. */
  readonly lag?: number
  /** Rejects if it ends with an error; otherwise stays pending. */
  readonly failed: Promise<never>
  stop(): Promise<void>
}

/** Starts the de-duplication as `playstream dedup run` does. */
export function startNodeDedup(profile: Profile, say: Warn): RunningDedup {
  const stop = new AbortController()
  const metrics = dedupMetrics()
  const running = runDedup(profile, {
    ...DEFAULTS,
    retentionMs: DAY_MS,
    mode: 'fixed',
    signal: stop.signal,
    say,
    metrics,
  })
  const failed = running.then(() => new Promise<never>(() => undefined))
  // A rejection after the caller's race is over must not count as unhandled.
  failed.catch(() => undefined)
  return {
    get lag() {
      return metrics.rekey.totalLag + metrics.dedup.totalLag
    },
    failed,
    stop: async () => {
      stop.abort()
      await running.catch(() => undefined)
    },
  }
}

/** The de-duplication of a SQL engine, which keeps running on its own. */
export const SQL_DEDUP: RunningDedup = {
  failed: new Promise<never>(() => undefined),
  stop: async () => undefined,
}
