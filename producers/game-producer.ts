import type { Message } from 'kafkajs'
import type { GameEvent } from '../catalog/events.ts'
import { schemaOf } from '../catalog/schemas.ts'
import { topic } from '../catalog/topics.ts'
import { AvroEncoder } from '../kafka/avro-encoder.ts'
import { avroTypeOf } from '../kafka/avro-type.ts'
import type { Warn } from '../kafka/client.ts'
import type { Profile } from '../kafka/profile.ts'
import { newRun, RUN_HEADER, SEQUENCE_HEADER } from '../kafka/provenance.ts'
import { connectAdmin } from '../kafka/reachable.ts'
import { Registry } from '../kafka/registry.ts'
import { requireTopics } from '../kafka/topic-admin.ts'
import { Writer } from '../kafka/writer.ts'
import { Game } from './game.ts'
import { type Outcome, type Progress, produce } from './produce.ts'

export const GAME_TOPIC = topic('game-events')
const APPLICATION = 'game-producer'
const SUBJECT = 'game-events-value'

/** The rate of the game's clock where the producer has none: above what can be sent, so that no event lies ahead. */
const UNPACED_EVENTS_PER_SECOND = 500_000

export interface GameProducerOptions {
  readonly players: number
  readonly seed: number
  /** When the first event happens, in ms since the epoch. */
  readonly start: number
  /** Events a second; Infinity for as many as go. */
  readonly rate: number
  readonly count: number
  readonly durationMs: number
  readonly signal: AbortSignal
  /** The run's name, in every record's header. */
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
 * Plays a game and sends its events to the cluster. The schema must be in the registry: this registers nothing.
 * @throws UnreachableError, RegistryError or ApplyError before anything is sent; what goes wrong later is in the outcome
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
