import { findErrorBy } from '@platformatic/kafka'
import { SteadyConsumer } from '../platformatic/known-topics.ts'
import { PlatformaticFetcher } from '../platformatic/platformatic-fetcher.ts'
import { platformaticOptions } from '../platformatic/platformatic-options.ts'
import type { Profile } from '../profile/profile.ts'
import type { StreamRecord } from '../protocol/record.ts'
import type { Origin } from './dead-letter.ts'

const WAIT_MS = 100

/** Finds single records by position. Joins no group; connects at the first lookup. */
export class RecordLookup {
  readonly #options: ReturnType<typeof platformaticOptions>
  #clients: { readonly consumer: SteadyConsumer; readonly fetcher: PlatformaticFetcher } | undefined

  constructor(profile: Profile, application: string) {
    this.#options = platformaticOptions(profile, application)
  }

  /** The record at a position; undefined if the topic has no committed record there, or no longer has it. */
  async find({ topic, partition, offset }: Origin): Promise<StreamRecord | undefined> {
    const { consumer, fetcher } = this.#open()
    const { topics } = await consumer.metadata({ topics: [topic] })
    if (topics.get(topic)?.partitions[partition] === undefined) return undefined
    const ends = await consumer.listOffsets({
      topics: [topic],
      partitions: { [topic]: [partition] },
      timestamp: -1n,
    })
    const end = Number(ends.get(topic)?.[partition] ?? 0n)
    try {
      for (let at = offset; at < end; ) {
        const [fetched] = await fetcher.fetch(topic, new Map([[partition, at]]), WAIT_MS)
        const first = fetched?.records[0]
        if (first) return first.offset === offset ? first : undefined
        // Only control records or records of aborted transactions are left.
        if (!fetched || fetched.next <= at) return undefined
        at = fetched.next
        if (at > offset) return undefined
      }
    } catch (error) {
      if (!findErrorBy(error as Error, 'apiId', 'OFFSET_OUT_OF_RANGE')) throw error
    }
    return undefined
  }

  async close(): Promise<void> {
    await this.#clients?.fetcher.close()
    await this.#clients?.consumer.close(true)
  }

  #open() {
    if (!this.#clients) {
      const { clientId } = this.#options
      const consumer = new SteadyConsumer({
        ...this.#options,
        groupId: `${clientId}-lookup`,
        autocommit: false,
      })
      this.#clients = { consumer, fetcher: new PlatformaticFetcher(consumer, clientId, this.#options) }
    }
    return this.#clients
  }
}
