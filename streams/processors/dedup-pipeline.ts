import type { Profile } from '../../kafka/profile/profile.ts'
import { ProcessorMetrics } from '../runtime/metrics.ts'
import { type StartOptions, startProcessor } from '../runtime/start-processor.ts'
import { startTogether } from '../runtime/start-together.ts'
import { type DedupOptions, dedup } from './dedup.ts'
import { rekey } from './rekey.ts'

/** Metrics of the two processors. */
export interface DedupMetrics {
  readonly rekey: ProcessorMetrics
  readonly dedup: ProcessorMetrics
}

/** The metrics by the names of the processors. */
export function dedupProcessors({ rekey, dedup }: DedupMetrics) {
  return { 'transactions-rekey': rekey, 'transactions-dedup': dedup }
}

export function dedupMetrics(): DedupMetrics {
  return { rekey: new ProcessorMetrics(), dedup: new ProcessorMetrics() }
}

/**
 * Runs the de-duplication, `transactions` to `transactions-by-id` to `transactions-unique`, until the signal is aborted.
 * Further instances, in this process or another, share the partitions.
 * @throws the first error of either processor that a retry cannot fix
 */
export async function runDedup(
  profile: Profile,
  options: Omit<StartOptions, 'metrics' | 'retentionMs'> & DedupOptions & { readonly metrics: DedupMetrics },
): Promise<void> {
  await startTogether(
    [
      (signal) => startProcessor(rekey, profile, { ...options, signal, metrics: options.metrics.rekey }),
      (signal) =>
        startProcessor(dedup(options), profile, { ...options, signal, metrics: options.metrics.dedup }),
    ],
    options.signal,
  )
}
