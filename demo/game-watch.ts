import type { GameEvent } from '../catalog/events.ts'
import { schemaOf } from '../catalog/schemas.ts'
import { topic } from '../catalog/topics.ts'
import type { Offsets } from '../kafka/clients/offsets.ts'
import { RUN_HEADER } from '../kafka/clients/run-headers.ts'
import { Reader } from '../kafka/clients/topic-follower.ts'
import { PayloadError } from '../kafka/errors.ts'
import type { Warn } from '../kafka/kafkajs/kafkajs-client.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { AvroDecoder } from '../kafka/registry/avro-decoder.ts'
import { avroTypeOf } from '../kafka/registry/avro-type.ts'
import { Registry } from '../kafka/registry/registry.ts'
import { headerOf, OrderCheck } from './order-check.ts'

/** Follows the game events of one run, decodes each and checks their order. */
export class GameWatch {
  readonly order = new OrderCheck()
  /** Decoded events of the run. */
  events = 0
  /** Records of the run that could not be decoded; must stay 0. */
  undecodable = 0
  reader!: Reader
  readonly #run: string
  readonly #decoder: AvroDecoder<GameEvent>

  private constructor(profile: Profile, run: string) {
    this.#run = run
    this.#decoder = new AvroDecoder(avroTypeOf(schemaOf('game-events-value')), new Registry(profile))
  }

  static async start(profile: Profile, run: string, from: Offsets, warn: Warn): Promise<GameWatch> {
    const watch = new GameWatch(profile, run)
    watch.reader = await Reader.start(profile, {
      application: 'order-checker',
      topic: topic('game-events').name,
      from,
      warn,
      onBatch: async (_, messages) => {
        const own = messages.filter((message) => headerOf(message, RUN_HEADER) === watch.#run)
        for (const decoded of await watch.#decoder.decodeAll(own.map(({ value }) => value))) {
          if (decoded instanceof PayloadError) watch.undecodable += 1
          else watch.events += 1
        }
        for (const message of own) watch.order.observeMessage(message)
      },
    })
    return watch
  }
}
