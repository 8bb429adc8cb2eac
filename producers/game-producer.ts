import type { Message } from 'kafkajs'
import type { GameEvent } from '../catalog/events.ts'
import { schemaOf } from '../catalog/schemas.ts'
import { topic } from '../catalog/topics.ts'
import { connectAdmin } from '../kafka/clients/connect-admin.ts'
import { SEQUENCE_HEADER } from '../kafka/clients/run-headers.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { requireTopics } from '../kafka/provision/topic-admin.ts'
import { AvroEncoder } from '../kafka/registry/avro-encoder.ts'
import { avroTypeOf } from '../kafka/registry/avro-type.ts'
import { Registry } from '../kafka/registry/registry.ts'
import { Game } from './game.ts'
import { eventTimeRate, type ProducerOptions, type RunOutcome, runProducer } from './producer-run.ts'

export const GAME_TOPIC = topic('game-events')
const APPLICATION = 'game-producer'
const SUBJECT = 'game-events-value'

export interface GameProducerOptions extends ProducerOptions {
  readonly players: number
}

export interface GameOutcome extends RunOutcome {
  /** Acknowledged events by type. */
  readonly byType: Readonly<Record<string, number>>
}

interface GameMessage extends Message {
  readonly type: string
}

/**
 * Plays a game and sends its events to the cluster. The schema must already be registered.
 * @throws UnreachableError, RegistryError or ApplyError before the first record is sent; later failures are in the outcome
 */
export async function produceGame(profile: Profile, options: GameProducerOptions): Promise<GameOutcome> {
  const schema = schemaOf(SUBJECT)
  const [id] = await Promise.all([new Registry(profile).idOf(schema), requireTopic(profile)])
  const encoder = new AvroEncoder<GameEvent>(avroTypeOf(schema), id)
  const game = new Game({
    players: options.players,
    seed: options.seed,
    start: options.start,
    eventsPerSecond: eventTimeRate(options.rate),
  })
  const byType: Record<string, number> = {}
  const outcome = await runProducer<GameMessage>(profile, APPLICATION, options, (runHeader) => ({
    topic: GAME_TOPIC.name,
    next: () => {
      const { playerId, sequence, event } = game.next()
      return {
        type: Object.keys(event)[0] as string,
        key: playerId,
        value: encoder.encode(event),
        headers: { ...runHeader, [SEQUENCE_HEADER]: String(sequence) },
      }
    },
    onAcknowledged: (records) => {
      for (const { type } of records) byType[type] = (byType[type] ?? 0) + 1
    },
  }))
  return { ...outcome, byType }
}

async function requireTopic(profile: Profile): Promise<void> {
  const admin = await connectAdmin(profile, APPLICATION)
  try {
    await requireTopics(admin, [GAME_TOPIC.name])
  } finally {
    await admin.disconnect()
  }
}
