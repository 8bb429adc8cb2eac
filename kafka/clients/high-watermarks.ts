import { Admin, ListOffsetTimestamps } from '@platformatic/kafka'
import { platformaticOptions } from '../platformatic/platformatic-options.ts'
import type { Profile } from '../profile/profile.ts'
import type { Offsets } from './offsets.ts'

const READ_UNCOMMITTED = 0

/**
 * The high watermark of each partition: the end of what is replicated, records of open transactions included. Connects for
 * each call, through @platformatic/kafka, because kafkajs can only list offsets as READ_COMMITTED.
 */
export async function highWatermarks(profile: Profile, application: string, topic: string): Promise<Offsets> {
  const admin = new Admin(platformaticOptions(profile, application))
  try {
    const { topics } = await admin.metadata({ topics: [topic] })
    const count = topics.get(topic)?.partitions.length ?? 0
    const partitions = Array.from({ length: count }, (_, partitionIndex) => ({
      partitionIndex,
      timestamp: ListOffsetTimestamps.LATEST,
    }))
    const found = await admin.listOffsets({
      topics: [{ name: topic, partitions }],
      isolationLevel: READ_UNCOMMITTED,
    })
    return new Map(
      found.flatMap((one) =>
        one.partitions.map(({ partitionIndex, offset }) => [partitionIndex, Number(offset)] as const),
      ),
    )
  } finally {
    await admin.close()
  }
}
