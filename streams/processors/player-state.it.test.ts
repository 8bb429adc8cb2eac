import { expect, test } from 'vitest'
import type { GameEvent } from '../../catalog/events.ts'
import { topic } from '../../catalog/topics.ts'
import { Writer } from '../../kafka/clients/writer.ts'
import { valueDecoder } from '../../kafka/registry/record-decoder.ts'
import { Registry } from '../../kafka/registry/registry.ts'
import { TESTED_CLIENTS } from '../../kafka/stream/test-stream-clients.ts'
import { ownRuntime } from '../../local/test-own-runtime.ts'
import { produceGame } from '../../producers/game-producer.ts'
import { ProcessorMetrics } from '../runtime/metrics.ts'
import { DEFAULTS, startProcessor } from '../runtime/start-processor.ts'
import { readCommitted } from '../runtime/test-outcome.ts'
import { playerState } from './player-state.ts'

const EVENTS = 5_000
const runtime = ownRuntime()

test.each(TESTED_CLIENTS)(
  'on %s, each player’s last state matches its last events, and garbage is dead-lettered',
  async (client) => {
    const { profile } = runtime
    const writer = await Writer.connect(profile, 'test')
    await writer.send('game-events', [{ key: 'p', value: Buffer.from([0, 0, 0, 0]) }])
    await writer.close()
    await produceGame(profile, {
      seed: 3,
      start: Date.now(),
      players: 20,
      rate: Number.POSITIVE_INFINITY,
      count: EVENTS,
      durationMs: Number.POSITIVE_INFINITY,
      signal: new AbortController().signal,
    })
    const stop = new AbortController()
    const metrics = new ProcessorMetrics()
    const options = { ...DEFAULTS, client, retentionMs: Number.POSITIVE_INFINITY, say: () => undefined }
    const running = startProcessor(playerState, profile, { ...options, metrics, signal: stop.signal })
    await expect.poll(() => metrics.records, { timeout: 60_000 }).toBe(EVENTS + 1)
    stop.abort()
    await running
    const states = await readCommitted(profile, 'player-state')
    expect(states).toHaveLength(EVENTS)
    const last = new Map(states.map(({ key, value }) => [String(key), JSON.parse(String(value))]))
    expect(last).toEqual(await expectedStates())
    expect((await readCommitted(profile, 'game-events-dlq', 1)).map(({ value }) => value)).toEqual([
      Buffer.from([0, 0, 0, 0]),
    ])
  },
)

/** The state of each player, computed from the events in the topic with the consumer’s decoder. */
async function expectedStates(): Promise<Map<string, Record<string, unknown>>> {
  const events = (await readCommitted(runtime.profile, 'game-events')).map(({ value }) => value)
  const decoded = await valueDecoder(topic('game-events'), new Registry(runtime.profile))(events)
  const expected = new Map<string, Record<string, unknown>>()
  for (const event of decoded.filter((one): one is GameEvent => !(one instanceof Error))) {
    const [[name, { player_id, timestamp, ...rest }]] = Object.entries(event) as [
      [string, { player_id: string; timestamp: number }],
    ]
    const at = name.endsWith('Health') ? { health_at: timestamp } : { position_at: timestamp }
    expected.set(player_id, { ...expected.get(player_id), player_id, ...rest, ...at })
  }
  return expected
}
