import type { Admin } from 'kafkajs'
import pRetry from 'p-retry'

/** An offset for each partition of a topic. Exact up to 2^53. */
export type Offsets = ReadonlyMap<number, number>

/** The log start offset of each partition: the first offset that retention has kept. */
export async function beginningOffsets(admin: Admin, topic: string): Promise<Offsets> {
  const partitions = await offsetsOf(admin, topic)
  return new Map(partitions.map(({ partition, low }) => [partition, Number(low)]))
}

/**
 * The last stable offset of each partition: where a read_committed consumer stops, below the first record of any open
 * transaction. Consumer lag counts up to here. kafkajs lists offsets as READ_COMMITTED; cluster-offsets.ts
 * also gives high watermarks.
 */
export async function stableOffsets(admin: Admin, topic: string): Promise<Offsets> {
  const partitions = await offsetsOf(admin, topic)
  return new Map(partitions.map(({ partition, high }) => [partition, Number(high)]))
}

/** The offsets that a consumer group has committed; partitions without a committed offset are absent. */
export async function committedOffsets(admin: Admin, groupId: string, topic: string): Promise<Offsets> {
  const [found] = await admin.fetchOffsets({ groupId, topics: [topic] })
  return new Map(
    (found?.partitions ?? [])
      .map(({ partition, offset }) => [partition, Number(offset)] as const)
      // kafkajs answers -1 for none.
      .filter(([, offset]) => offset >= 0),
  )
}

/** The former names of `stableOffsets` and `beginningOffsets`. */

/** Retries while a newly elected leader is not ready, which kafkajs does not. */
function offsetsOf(admin: Admin, topic: string): ReturnType<Admin['fetchTopicOffsets']> {
  return pRetry(() => admin.fetchTopicOffsets(topic), {
    retries: Number.POSITIVE_INFINITY,
    minTimeout: 50,
    factor: 1,
    maxRetryTime: 10_000,
    shouldRetry: ({ error }) => (error as { type?: string }).type === 'NOT_LEADER_FOR_PARTITION',
  })
}

/** Total lag between two positions; partitions ahead of the goal count as 0, missing ones start at offset 0. */
export function distance(from: Offsets, to: Offsets): number {
  let sum = 0
  for (const [partition, end] of to) sum += Math.max(0, end - (from.get(partition) ?? 0))
  return sum
}

/** Whether `position` has reached `goal` in every partition. */
export function hasReached(position: Offsets, goal: Offsets): boolean {
  return distance(position, goal) === 0
}
