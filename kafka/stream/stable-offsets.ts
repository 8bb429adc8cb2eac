import { SteadyConsumer } from '../platformatic/known-topics.ts'
import { PlatformaticFetcher } from '../platformatic/platformatic-fetcher.ts'
import { platformaticOptions } from '../platformatic/platformatic-options.ts'
import type { Profile } from '../profile/profile.ts'

/**
 * The committed offset of one partition, once no pending transaction can change it (`require_stable`); undefined if the
 * group has committed none. kafkajs cannot request that: right after another process's transaction ends, it may still get
 * the previous offset, and the records in between would be processed twice.
 */
export async function stableOffset(
  profile: Profile,
  source: { readonly groupId: string; readonly topic: string; readonly partition: number },
  signal: AbortSignal,
): Promise<number | undefined> {
  const { groupId, topic, partition } = source
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
