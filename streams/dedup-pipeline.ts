import type { Profile } from '../kafka/profile.ts'
import { type DedupOptions, dedup } from './dedup.ts'
import { Meter } from './meter.ts'
import { rekey } from './rekey.ts'
import { type StartOptions, startProcessor } from './start-processor.ts'

/** The figures of the two processors. */
export interface DedupMeters {
  readonly rekey: Meter
  readonly dedup: Meter
}

export function dedupMeters(): DedupMeters {
  return { rekey: new Meter(), dedup: new Meter() }
}

/**
 * Runs the de-duplication, `transactions` to `transactions-by-id` to `transactions-unique`, until the signal ends it.
 * Started again, in this process or another, it shares the partitions with those that run.
 * @throws where no retry can help either of the two
 */
export async function runDedup(
  profile: Profile,
  options: Omit<StartOptions, 'meter' | 'retentionMs'> & DedupOptions & { readonly meters: DedupMeters },
): Promise<void> {
  const failed = new AbortController()
  const shared = { ...options, signal: AbortSignal.any([options.signal, failed.signal]) }
  const both = [
    startProcessor(rekey, profile, { ...shared, meter: options.meters.rekey }),
    startProcessor(dedup(options), profile, { ...shared, meter: options.meters.dedup }),
  ]
  try {
    await Promise.all(both)
  } catch (error) {
    failed.abort()
    await Promise.allSettled(both)
    throw error
  }
}
