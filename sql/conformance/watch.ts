import type { Admin, KafkaMessage } from 'kafkajs'
import { beginningOffsets } from '../../kafka/clients/offsets.ts'
import { Reader } from '../../kafka/clients/topic-follower.ts'
import type { Profile } from '../../kafka/profile/profile.ts'

/** Follows topics from their beginning, committed records only, and keeps the records. */
export class Watch {
  /** Rejects when reading fails permanently. */
  failed: Promise<never> = new Promise(() => undefined)
  readonly #readers: Reader[] = []
  readonly #messages = new Map<string, KafkaMessage[]>()
  /** When the last record arrived, in ms of this process's clock. */
  #latest = performance.now()

  static async start(
    profile: Profile,
    admin: Admin,
    application: string,
    topics: readonly string[],
  ): Promise<Watch> {
    const watch = new Watch()
    try {
      for (const topic of new Set(topics)) {
        const messages: KafkaMessage[] = []
        watch.#messages.set(topic, messages)
        const reader = await Reader.start(profile, {
          application,
          topic,
          from: await beginningOffsets(admin, topic),
          onBatch: (_, batch) => {
            messages.push(...batch)
            watch.#latest = performance.now()
          },
        })
        watch.#readers.push(reader)
      }
      watch.failed = Promise.race(watch.#readers.map(({ failed }) => failed))
      watch.failed.catch(() => undefined)
    } catch (error) {
      await watch.close()
      throw error
    }
    return watch
  }

  /** A topic's records, in order within each partition. */
  of(topic: string): readonly KafkaMessage[] {
    return this.#messages.get(topic) ?? []
  }

  /** The time without a new record, in ms. */
  get quietMs(): number {
    return performance.now() - this.#latest
  }

  async close(): Promise<void> {
    await Promise.all(this.#readers.map((reader) => reader.close()))
  }
}
