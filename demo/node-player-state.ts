import type { Warn } from '../kafka/kafkajs/kafkajs-client.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { playerState } from '../streams/processors/player-state.ts'
import type { ProcessorMetrics } from '../streams/runtime/metrics.ts'
import { DEFAULTS, startProcessor } from '../streams/runtime/start-processor.ts'
import { type Background, inBackground } from './background.ts'

/** Starts the players' latest states as `playstream stream run player-state` does. */
export function startNodePlayerState(profile: Profile, metrics: ProcessorMetrics, say: Warn): Background {
  return inBackground((signal) =>
    startProcessor(playerState, profile, {
      ...DEFAULTS,
      retentionMs: Number.POSITIVE_INFINITY,
      signal,
      say,
      metrics,
    }),
  )
}
