import type { Message } from 'kafkajs'
import type { GameEvent } from '../catalog/events.ts'
import { schemaOf } from '../catalog/schemas.ts'
import { topic } from '../catalog/topics.ts'
import { connectAdmin } from '../kafka/clients/connect-admin.ts'
import { newRun, RUN_HEADER, SEQUENCE_HEADER } from '../kafka/clients/run-headers.ts'
import { Writer } from '../kafka/clients/writer.ts'
import type { Warn } from '../kafka/kafkajs/kafkajs-client.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { requireTopics } from '../kafka/provision/topic-admin.ts'
import { AvroEncoder } from '../kafka/registry/avro-encoder.ts'
import { avroTypeOf } from '../kafka/registry/avro-type.ts'
import { Registry } from '../kafka/registry/registry.ts'
import { Game } from './game.ts'
import { type Outcome, type Progress, produce } from './produce.ts'

export const GAME_TOPIC = topic('game-events')
const APPLICATION = 'game-producer'
const SUBJECT = 'game-events-value'

/** Game clock rate of an unpaced producer: faster than it can send, so that no event is dated in the future. */
const UNPACED_EVENTS_PER_SECOND = 500_000

export interface GameProducerOptions {
  readonly players: number
  readonly seed: number
  /** Time of the first event, in ms since the epoch. */
  readonly start: number
  /** Events a second; Infinity for no limit. */
  readonly rate: number
  readonly count: number
  readonly durationMs: number
  readonly signal: AbortSignal
  /** Name of the run, sent as a header of every record. */
  readonly run?: string
  readonly progress?: (progress: Progress) => void
  readonly warn?: Warn
}

export interface GameOutcome extends Outcome {
  readonly run: string
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
    eventsPerSecond: Number.isFinite(options.rate) ? options.rate : UNPACED_EVENTS_PER_SECOND,
  })
  const run = options.run ?? newRun()
  const runHeader = Buffer.from(run)
  const byType: Record<string, number> = {}
  const writer = await Writer.connect(profile, APPLICATION, options.warn)
  try {
    const outcome = await produce<GameMessage>({
      ...options,
      writer,
      topic: GAME_TOPIC.name,
      next: () => {
        const { playerId, sequence, event } = game.next()
        return {
          type: Object.keys(event)[0] as string,
          key: playerId,
          value: encoder.encode(event),
          headers: { [RUN_HEADER]: runHeader, [SEQUENCE_HEADER]: String(sequence) },
        }
      },
      onAcknowledged: (records) => {
        for (const { type } of records) byType[type] = (byType[type] ?? 0) + 1
      },
    })
    return { ...outcome, run, byType }
  } finally {
    await writer.close()
  }
}

async function requireTopic(profile: Profile): Promise<void> {
  const admin = await connectAdmin(profile, APPLICATION)
  try {
    await requireTopics(admin, [GAME_TOPIC.name])
  } finally {
    await admin.disconnect()
  }
}
