import { SteadyConsumer } from './known-topics.ts'
import { platformaticOptions } from './platformatic-client.ts'
import { PlatformaticFetcher } from './platformatic-fetcher.ts'
import type { Profile } from './profile.ts'

/**
 * The committed offset of one partition, once no transaction is pending that could still change it; undefined where
 * there is none. kafkajs cannot ask for that: right after a transaction of another process was ended, the offset that it
 * is told may still be the one before, and the records in between would be processed twice.
 */
export async function stableOffset(
  profile: Profile,
  place: { readonly groupId: string; readonly topic: string; readonly partition: number },
  signal: AbortSignal,
): Promise<number | undefined> {
  const { groupId, topic, partition } = place
  const options = platformaticOptions(profile, groupId)
  const consumer = new SteadyConsumer({ ...options, groupId, autocommit: false })
  const fetcher = new PlatformaticFetcher(consumer, options.clientId, options)
  try {
    const coordinator = await consumer.findGroupCoordinator()
    return (await fetcher.committedOffsets({ groupId, coordinator }, topic, [partition], signal)).get(
      partition,
    )
  } finally {
    await fetcher.close()
    await consumer.close(true)
  }
}
