import type { Profile } from '../../kafka/profile/profile.ts'
import { Meter } from '../runtime/meter.ts'
import { type StartOptions, startProcessor } from '../runtime/start-processor.ts'
import { startTogether } from '../runtime/start-together.ts'
import { type DedupOptions, dedup } from './dedup.ts'
import { rekey } from './rekey.ts'

/** Metrics of the two processors. */
export interface DedupMeters {
  readonly rekey: Meter
  readonly dedup: Meter
}

export function dedupMeters(): DedupMeters {
  return { rekey: new Meter(), dedup: new Meter() }
}

/**
 * Runs the de-duplication, `transactions` to `transactions-by-id` to `transactions-unique`, until the signal is aborted.
 * Further instances, in this process or another, share the partitions.
 * @throws the first error of either processor that a retry cannot fix
 */
export async function runDedup(
  profile: Profile,
  options: Omit<StartOptions, 'meter' | 'retentionMs'> & DedupOptions & { readonly meters: DedupMeters },
): Promise<void> {
  await startTogether(
    [
      (signal) => startProcessor(rekey, profile, { ...options, signal, meter: options.meters.rekey }),
      (signal) =>
        startProcessor(dedup(options), profile, { ...options, signal, meter: options.meters.dedup }),
    ],
    options.signal,
  )
}
