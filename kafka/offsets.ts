import type { Admin } from 'kafkajs'

/** For each partition of a topic, an offset. Exact up to 2^53. */
export type Offsets = ReadonlyMap<number, number>

/** Where the topic ends now: the offset that the next record of each partition gets. */
export async function endOffsets(admin: Admin, topic: string): Promise<Offsets> {
  const partitions = await admin.fetchTopicOffsets(topic)
  return new Map(partitions.map(({ partition, high }) => [partition, Number(high)]))
}

/** Where the topic begins now: the offset of the oldest record that each partition still has. */
export async function startOffsets(admin: Admin, topic: string): Promise<Offsets> {
  const partitions = await admin.fetchTopicOffsets(topic)
  return new Map(partitions.map(({ partition, low }) => [partition, Number(low)]))
}

/** How many offsets lie between two positions of a topic. */
export function distance(from: Offsets, to: Offsets): number {
  let sum = 0
  for (const [partition, end] of to) sum += Math.max(0, end - (from.get(partition) ?? 0))
  return sum
}

/** Whether `position` has reached `goal` in every partition. */
export function hasReached(position: Offsets, goal: Offsets): boolean {
  return distance(position, goal) === 0
}
