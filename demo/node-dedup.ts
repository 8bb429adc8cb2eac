import type { Warn } from '../kafka/client.ts'
import type { Profile } from '../kafka/profile.ts'
import { dedupMeters, runDedup } from '../streams/dedup-pipeline.ts'
import { DEFAULTS } from '../streams/start-processor.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** A de-duplication at work. */
export interface RunningDedup {
  /** Records that it has before it; undefined where it does not say. */
  readonly lag?: number
  /** Rejected where it ends by itself; otherwise it stays pending. */
  readonly failed: Promise<never>
  stop(): Promise<void>
}

/** The de-duplication, as `playstream dedup run` runs it. */
export function startNodeDedup(profile: Profile, say: Warn): RunningDedup {
  const stop = new AbortController()
  const meters = dedupMeters()
  const running = runDedup(profile, {
    ...DEFAULTS,
    retentionMs: DAY_MS,
    mode: 'fixed',
    signal: stop.signal,
    say,
    meters,
  })
  const failed = running.then(() => new Promise<never>(() => undefined))
  // Whoever races it is told; after the race nobody has to be.
  failed.catch(() => undefined)
  return {
    get lag() {
      return meters.rekey.totalLag + meters.dedup.totalLag
    },
    failed,
    stop: async () => {
      stop.abort()
      await running.catch(() => undefined)
    },
  }
}

/** The one of a SQL engine, which runs by itself and stays. */
export const SQL_DEDUP: RunningDedup = {
  failed: new Promise<never>(() => undefined),
  stop: async () => undefined,
}
