import type { Profile } from '../../../kafka/profile/profile.ts'
import { ProcessorMetrics } from '../../../streams/runtime/metrics.ts'
import { type StartOptions, startProcessor } from '../../../streams/runtime/start-processor.ts'
import { startTogether } from '../../../streams/runtime/start-together.ts'
import type { Mode } from '../rules/mode.ts'
import { SESSION_MS } from '../sessions/classifier.ts'
import { attackProcessor } from './attack-processor.ts'
import { classifyProcessor } from './classify-processor.ts'

/** What counts as an attack. */
export interface DetectorRules {
  readonly mode: Mode
  /** How far apart failures of one attack are at most, and how long it takes until an attack is over, in ms of event time. */
  readonly windowMs: number
  /** So many failed attempts from one address within the window are an attack. */
  readonly maxFailures: number
  /** So many failed attempts on one host, from any addresses, are an attack. */
  readonly maxFailuresByHost: number
}

/** The default rules. */
export const DETECTOR_RULES: DetectorRules = {
  mode: 'normal',
  windowMs: 10 * 60_000,
  maxFailures: 5,
  maxFailuresByHost: 50,
}

/** The metrics of the three processors. */
export interface DetectorMetrics {
  readonly classify: ProcessorMetrics
  readonly byAddress: ProcessorMetrics
  readonly byHost: ProcessorMetrics
}

/** The metrics by the names of the processors. */
export function processorsOf({ classify, byAddress, byHost }: DetectorMetrics) {
  return { 'ssh-classify': classify, 'ssh-attacks-by-address': byAddress, 'ssh-attacks-by-host': byHost }
}

export function detectorMetrics(): DetectorMetrics {
  return {
    classify: new ProcessorMetrics(),
    byAddress: new ProcessorMetrics(),
    byHost: new ProcessorMetrics(),
  }
}

/**
 * Runs the detector, `logs` to `ssh-events` to `ssh-attacks` and `ssh-counts`, until the signal is aborted. Each transaction
 * has output, state and offsets together, so that the reports are the same if the detector is stopped, killed and started
 * again. Further instances, in this process or another, share the partitions; they must have the same rules.
 * @throws the first error of one of the three that no retry can help
 */
export async function runDetector(
  profile: Profile,
  rules: DetectorRules,
  options: Omit<StartOptions, 'metrics' | 'retentionMs'> & { readonly metrics: DetectorMetrics },
): Promise<void> {
  const { mode, windowMs, maxFailures, maxFailuresByHost } = rules
  const { metrics } = options
  const byAddress = attackProcessor('address', { windowMs, maxFailures })
  const byHost = attackProcessor('host', { windowMs, maxFailures: maxFailuresByHost })
  const own = { retentionMs: windowMs }
  await startTogether(
    [
      (signal) =>
        startProcessor(classifyProcessor(mode), profile, {
          ...options,
          retentionMs: SESSION_MS,
          signal,
          metrics: metrics.classify,
        }),
      (signal) =>
        startProcessor(byAddress, profile, { ...options, ...own, signal, metrics: metrics.byAddress }),
      (signal) => startProcessor(byHost, profile, { ...options, ...own, signal, metrics: metrics.byHost }),
    ],
    options.signal,
  )
}
