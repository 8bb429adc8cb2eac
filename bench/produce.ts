// Events per second of each producer, alone with a broker on this machine, and of making and encoding events alone.
import { schemaOf } from '../catalog/schemas.ts'
import { connectAdmin } from '../kafka/clients/connect-admin.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { applyCatalog } from '../kafka/provision/apply-catalog.ts'
import { AvroEncoder } from '../kafka/registry/avro-encoder.ts'
import { avroTypeOf } from '../kafka/registry/avro-type.ts'
import { Game } from '../producers/game.ts'
import { produceGame } from '../producers/game-producer.ts'
import { produceTransactions } from '../producers/transaction-producer.ts'
import { type Measurement, measure } from './measure.ts'

const GAME_EVENTS = 1_000_000
const TRANSACTIONS = 300_000

/** Measures the producers; applies the catalog first. */
export async function benchProducers(profile: Profile): Promise<Measurement[]> {
  await prepare(profile)
  const common = {
    start: Date.now(),
    rate: Number.POSITIVE_INFINITY,
    durationMs: Number.POSITIVE_INFINITY,
    signal: new AbortController().signal,
  }
  return [
    await measure('game events made and encoded, not sent', 'events/s', async (seed) => encodeOnly(seed)),
    await measure('produce game', 'events/s', async (seed) => {
      const outcome = await produceGame(profile, { ...common, seed, players: 100, count: GAME_EVENTS })
      return outcome.acknowledged / outcome.seconds
    }),
    await measure('produce transactions', 'records/s', async (seed) => {
      const shares = { duplicates: 0.3, lateDuplicates: 0.05, malformed: 0.01 }
      const outcome = await produceTransactions(profile, { ...common, ...shares, seed, count: TRANSACTIONS })
      return outcome.acknowledged / outcome.seconds
    }),
  ]
}

function encodeOnly(seed: number): number {
  const game = new Game({ players: 100, seed, start: 0, eventsPerSecond: 100_000 })
  const encoder = new AvroEncoder(avroTypeOf(schemaOf('game-events-value')), 1)
  const started = performance.now()
  for (let index = 0; index < GAME_EVENTS; index += 1) encoder.encode(game.next().event)
  return GAME_EVENTS / ((performance.now() - started) / 1000)
}

async function prepare(profile: Profile): Promise<void> {
  const admin = await connectAdmin(profile, 'bench')
  await applyCatalog(admin, profile).finally(() => admin.disconnect())
}
