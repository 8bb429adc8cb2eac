import type { Profile } from '../kafka/profile/profile.ts'
import type { StartOptions } from '../streams/runtime/start-processor.ts'
import { startTogether } from '../streams/runtime/start-together.ts'
import { type AlerterOptions, openAlerter } from './alerts/alerter.ts'
import { type DetectorMetrics, type DetectorRules, runDetector } from './ssh/attacks/detector.ts'
import type { AttackWatch } from './ssh/report/attack-watch.ts'

export interface DetectionOptions extends Omit<StartOptions, 'metrics' | 'retentionMs'> {
  readonly rules: DetectorRules
  readonly metrics: DetectorMetrics
  readonly watch: AttackWatch
  /** Undefined to send no alerts. */
  readonly alerts?: AlerterOptions
}

/**
 * Runs the detector, the watch of its reports and the alerter until the signal ends them. The alerter reads the topic of
 * attacks like any other consumer, so slow alerts do not delay detection.
 * @throws if one of the three fails for good: a detector without working alerts must not look healthy
 */
export async function runDetection(profile: Profile, options: DetectionOptions): Promise<void> {
  const { rules, watch, alerts } = options
  // Join before the detector can report the first attack.
  const alerter = alerts && (await openAlerter(profile, alerts))
  await startTogether(
    [
      (signal) => runDetector(profile, rules, { ...options, signal }),
      (signal) => watch.follow(signal),
      ...(alerter ? [(signal: AbortSignal) => alerter.run(signal)] : []),
    ],
    options.signal,
  )
}
