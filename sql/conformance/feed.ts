import type { Message } from 'kafkajs'
import type { GameEvent } from '../../catalog/events.ts'
import type { Schema } from '../../catalog/schemas.ts'
import { schemaOf } from '../../catalog/schemas.ts'
import type { TopicName } from '../../catalog/topics.ts'
import { Writer } from '../../kafka/clients/writer.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { AvroEncoder } from '../../kafka/registry/avro-encoder.ts'
import { avroTypeOf } from '../../kafka/registry/avro-type.ts'
import type { Registry } from '../../kafka/registry/registry.ts'
import type { Place } from '../scripts/place.ts'
import type { Wave } from './input/input.ts'
import type { LogInput } from './input/log-input.ts'

/** Writes waves to a place's input topics, as clients and shippers do. */
export class Feed {
  readonly #writer: Writer
  readonly #place: Place
  readonly #encoder: AvroEncoder<GameEvent>

  private constructor(writer: Writer, place: Place, encoder: AvroEncoder<GameEvent>) {
    this.#writer = writer
    this.#place = place
    this.#encoder = encoder
  }

  /** @throws RegistryError if the schema of the place's events is not registered */
  static async open(profile: Profile, registry: Registry, application: string, place: Place): Promise<Feed> {
    const schema = eventSchema(place)
    const encoder = new AvroEncoder<GameEvent>(avroTypeOf(schema), await registry.idOf(schema))
    return new Feed(await Writer.connect(profile, application), place, encoder)
  }

  /** Returns when the whole wave is acknowledged. */
  async send({ transactions, logs, events, unreadableEvents }: Wave): Promise<void> {
    await this.#send(
      'transactions',
      transactions.map(({ partition, timestamp, value }) => ({
        partition,
        timestamp: String(timestamp),
        value,
      })),
    )
    const unreadable = logs.unreadable.map((value) => ({
      key: 'web-1',
      value,
      timestamp: String(logs.shippedAt),
    }))
    const lines = logs.lines.map((line) => logRecord(line, logs.shippedAt))
    await this.#send('logs', [...unreadable, ...lines])
    await this.#send('game-events', [
      ...unreadableEvents.map((value) => ({ key: 'nobody', value })),
      ...events.map((event) => ({ key: playerOf(event), value: this.#encoder.encode(event) })),
    ])
  }

  /** Requests that ids are forgotten, in the topic from which the engine reads such requests. */
  async forget(topic: TopicName, ids: readonly string[]): Promise<void> {
    if (ids.length > 0)
      await this.#send(
        topic,
        ids.map((id) => ({ key: id, value: '{"REASON":"erasure"}' })),
      )
  }

  async close(): Promise<void> {
    await this.#writer.close()
  }

  async #send(topic: string, records: readonly Message[]): Promise<void> {
    await this.#writer.send(this.#place.topic(topic).name, records)
  }
}

/** The schema of the place's game events, under the subject of their topic. */
export function eventSchema(place: Place): Schema {
  return { ...schemaOf('game-events-value'), subject: `${place.topic('game-events').name}-value` }
}

function logRecord({ at, host, app, pid, message }: LogInput, shippedAt: number): Message {
  const value = { timestamp: at, host, app, pid, facility: 'authpriv', severity: 'info', message }
  return { key: host, value: JSON.stringify(value), timestamp: String(shippedAt) }
}

function playerOf(event: GameEvent): string {
  const [inner] = Object.values(event) as [{ readonly player_id: string }]
  return inner.player_id
}
