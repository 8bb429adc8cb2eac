import type { Topic } from '../../catalog/topic.ts'
import { partitionOfKey } from '../../kafka/protocol/key-partition.ts'
import type { Topology } from './topology.ts'

/**
 * Routes records to the partition of their key, computed as Java's default partitioner does.
 * @param prefix put before the topic names, for outputs that are not the platform's own
 * @throws Error, when routing, if the catalog does not declare the topic as an output of the processor
 */
export function router(outputs: readonly Topic[], prefix = ''): Topology['route'] {
  const places = new Map(outputs.map(({ name, partitions }) => [name, { topic: prefix + name, partitions }]))
  return (topic, key) => {
    const place = places.get(topic)
    if (!place)
      throw new Error(`the catalog declares no output ${topic} for this processor; see catalog/processors.ts`)
    return { topic: place.topic, partition: partitionOfKey(key ?? Buffer.alloc(0), place.partitions) }
  }
}
