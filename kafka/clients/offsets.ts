import type { Admin } from 'kafkajs'
import pRetry from 'p-retry'

/** An offset per partition of a topic. Exact up to 2^53. */
export type Offsets = ReadonlyMap<number, number>

/** The current last stable offset of each partition: kafkajs lists offsets as READ_COMMITTED. */
export async function endOffsets(admin: Admin, topic: string): Promise<Offsets> {
  const partitions = await offsetsOf(admin, topic)
  return new Map(partitions.map(({ partition, high }) => [partition, Number(high)]))
}

/** The current log start offset of each partition. */
export async function startOffsets(admin: Admin, topic: string): Promise<Offsets> {
  const partitions = await offsetsOf(admin, topic)
  return new Map(partitions.map(({ partition, low }) => [partition, Number(low)]))
}

/** Retries while a partition's newly elected leader does not serve yet, which kafkajs does not. */
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
