import { Admin } from '@platformatic/kafka'
import { platformaticOptions } from '../platformatic/platformatic-options.ts'
import type { Profile } from '../profile/profile.ts'

/**
 * The bytes of topics on disk: of each partition its largest replica, added up.
 * @param topics names and numbers of partitions
 * @throws if the cluster does not answer, or does not allow the question
 */
export async function topicSizes(
  profile: Profile,
  application: string,
  topics: readonly { readonly name: string; readonly partitions: number }[],
): Promise<ReadonlyMap<string, number>> {
  const admin = new Admin(platformaticOptions(profile, application))
  try {
    const brokers = await admin.describeLogDirs({
      topics: topics.map(({ name, partitions }) => ({ name, partitions: [...Array(partitions).keys()] })),
    })
    const largest = new Map<string, Map<number, number>>()
    for (const { name, partitions } of brokers.flatMap(({ results }) =>
      results.flatMap((one) => one.topics),
    )) {
      const sizes = largest.get(name) ?? new Map<number, number>()
      largest.set(name, sizes)
      for (const { partitionIndex, partitionSize } of partitions) {
        sizes.set(partitionIndex, Math.max(sizes.get(partitionIndex) ?? 0, Number(partitionSize)))
      }
    }
    return new Map(
      [...largest].map(([name, sizes]) => [name, [...sizes.values()].reduce((sum, size) => sum + size, 0)]),
    )
  } finally {
    await admin.close()
  }
}
