import type { Warn } from '../kafka/kafkajs/kafkajs-client.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { dedupMetrics, dedupProcessors, runDedup } from '../streams/processors/dedup-pipeline.ts'
import { DEFAULTS } from '../streams/runtime/start-processor.ts'
import { type Background, ELSEWHERE, inBackground } from './background.ts'

const DAY_MS = 24 * 60 * 60 * 1000

/** A running de-duplication. */
export interface RunningDedup extends Background {
  /** Records still to be processed; undefined if unknown. */
  readonly lag?: number
  /** The metrics of its processors, by name; none outside this process. */
  readonly processors: ReturnType<typeof dedupProcessors> | Record<never, never>
}

/** Starts the de-duplication as `playstream dedup run` does. */
export function startNodeDedup(profile: Profile, say: Warn): RunningDedup {
  const metrics = dedupMetrics()
  const background = inBackground((signal) =>
    runDedup(profile, { ...DEFAULTS, retentionMs: DAY_MS, mode: 'fixed', signal, say, metrics }),
  )
  return {
    ...background,
    processors: dedupProcessors(metrics),
    get lag() {
      return metrics.rekey.totalLag + metrics.dedup.totalLag
    },
  }
}

/** The de-duplication of a SQL engine, which keeps running on its own. */
export const SQL_DEDUP: RunningDedup = { ...ELSEWHERE, processors: {} }
