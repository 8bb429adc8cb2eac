import type { Broker, ClusterMetadata } from '@platformatic/kafka'

/** The broker that leads a partition; undefined while the partition has no leader. */
export function leaderOf(
  { topics, brokers }: ClusterMetadata,
  topic: string,
  partition: number,
): Broker | undefined {
  return brokers.get(topics.get(topic)?.partitions[partition]?.leader ?? -1)
}

/** Groups items by the broker that leads their partition; the key is undefined for partitions without a leader. */
export function groupByLeader<T extends { readonly topic: string; readonly partition: number }>(
  metadata: ClusterMetadata,
  items: readonly T[],
): Map<Broker | undefined, T[]> {
  return Map.groupBy(items, ({ topic, partition }) => leaderOf(metadata, topic, partition))
}

export function noLeader({
  topic,
  partition,
}: {
  readonly topic: string
  readonly partition: number
}): Error {
  return new Error(`partition ${partition} of ${topic} has no leader`)
}
