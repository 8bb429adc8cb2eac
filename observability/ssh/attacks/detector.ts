import type { Profile } from '../../../kafka/profile/profile.ts'
import { Meter } from '../../../streams/runtime/meter.ts'
import { type StartOptions, startProcessor } from '../../../streams/runtime/start-processor.ts'
import { startTogether } from '../../../streams/runtime/start-together.ts'
import type { Mode } from '../rules/mode.ts'
import { SESSION_MS } from '../sessions/classifier.ts'
import { attackProcessor } from './attack-processor.ts'
import { classifyProcessor } from './classify-processor.ts'

/** What is an attack. */
export interface DetectorRules {
  readonly mode: Mode
  /** How far apart failures of one attack lie at most, and how long it takes until it counts as over, in event time. */
  readonly windowMs: number
  /** So many failed attempts from one address within the window are an attack. */
  readonly maxFailures: number
  /** So many on one host, from whatever addresses, are one. */
  readonly maxFailuresByHost: number
}

/** What is an attack where nobody says otherwise. */
export const DETECTOR_RULES: DetectorRules = {
  mode: 'normal',
  windowMs: 10 * 60_000,
  maxFailures: 5,
  maxFailuresByHost: 50,
}

/** The figures of the three processors. */
export interface DetectorMeters {
  readonly classify: Meter
  readonly byAddress: Meter
  readonly byHost: Meter
}

export function detectorMeters(): DetectorMeters {
  return { classify: new Meter(), byAddress: new Meter(), byHost: new Meter() }
}

/**
 * Runs the detector, `logs` to `ssh-events` to `ssh-attacks` and `ssh-counts`, until the signal ends it. Each of its
 * transactions moves output, state and offsets together, so that stopped, killed and started again it says the same of
 * the same events; started again in another process it shares the partitions with those that run, who are to have the
 * same rules.
 * @throws where no retry can help one of the three
 */
export async function runDetector(
  profile: Profile,
  rules: DetectorRules,
  options: Omit<StartOptions, 'meter' | 'retentionMs'> & { readonly meters: DetectorMeters },
): Promise<void> {
  const { mode, windowMs, maxFailures, maxFailuresByHost } = rules
  const { meters } = options
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
          meter: meters.classify,
        }),
      (signal) => startProcessor(byAddress, profile, { ...options, ...own, signal, meter: meters.byAddress }),
      (signal) => startProcessor(byHost, profile, { ...options, ...own, signal, meter: meters.byHost }),
    ],
    options.signal,
  )
}
