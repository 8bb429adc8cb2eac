// Game traffic and the processor of the players' states, for the dashboard to watch. Arguments: bootstrap servers, registry,
// events per second. Ends with its parent.
import type { Profile } from '../../kafka/profile/profile.ts'
import { produceGame } from '../../producers/game-producer.ts'
import { playerState } from '../../streams/processors/player-state.ts'
import { ProcessorMetrics } from '../../streams/runtime/metrics.ts'
import { DEFAULTS, startProcessor } from '../../streams/runtime/start-processor.ts'

const [servers = '', registry = '', rate = ''] = process.argv.slice(2)
const profile: Profile = {
  name: 'bench',
  bootstrapServers: servers.split(','),
  tls: false,
  registry: { url: registry },
}
const { signal } = new AbortController()
process.once('disconnect', () => process.exit())
await Promise.all([
  startProcessor(playerState, profile, {
    ...DEFAULTS,
    retentionMs: Number.POSITIVE_INFINITY,
    metrics: new ProcessorMetrics(),
    say: () => undefined,
    signal,
  }),
  produceGame(profile, {
    seed: 1,
    start: Date.now(),
    players: 100,
    rate: Number(rate),
    count: Number.POSITIVE_INFINITY,
    durationMs: Number.POSITIVE_INFINITY,
    signal,
  }),
])
