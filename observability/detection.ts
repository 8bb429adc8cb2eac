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
  /** Undefined where nothing is to be done about attacks. */
  readonly alerts?: AlerterOptions
}

/**
 * Finds attacks, follows what is said of them and acts on it, until the signal ends it. Alerts are a reader of the topic like
 * any other: however long they take, finding attacks does not wait for them.
 * @throws where no retry can help one of these: a detector whose alerts are dead is not to look well
 */
export async function runDetection(profile: Profile, options: DetectionOptions): Promise<void> {
  const { rules, watch, alerts } = options
  // Before the first attack can be found.
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
