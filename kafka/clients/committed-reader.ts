import { SteadyConsumer } from '../platformatic/known-topics.ts'
import { type Fetched, PlatformaticFetcher } from '../platformatic/platformatic-fetcher.ts'
import { platformaticOptions } from '../platformatic/platformatic-options.ts'
import type { Profile } from '../profile/profile.ts'

export type { Fetched }

/**
 * Reads committed records from any offset of any partition, one request at a time. Joins no consumer group and leaves
 * nothing behind in the cluster.
 */
export class CommittedReader {
  readonly #consumer: SteadyConsumer
  readonly #fetcher: PlatformaticFetcher

  constructor(profile: Profile, application: string) {
    const options = platformaticOptions(profile, application)
    this.#consumer = new SteadyConsumer({ ...options, groupId: `${application}-reader`, autocommit: false })
    this.#fetcher = new PlatformaticFetcher(this.#consumer, options.clientId, options)
  }

  /**
   * Reads what partitions of a topic hold from the given offsets on.
   * - `partitionBytes`: about how many bytes to read of each partition; at least one batch comes whole
   * - `waitMs`: how long to wait where there is nothing yet
   * - `uncommitted`: also records of transactions that are open or were aborted
   */
  read(
    topic: string,
    positions: ReadonlyMap<number, number>,
    options: { readonly partitionBytes: number; readonly waitMs: number; readonly uncommitted?: boolean },
  ): Promise<Fetched[]> {
    return this.#fetcher.fetch(topic, positions, options.waitMs, options)
  }

  async close(): Promise<void> {
    await this.#fetcher.close()
    await this.#consumer.close(true)
  }
}
