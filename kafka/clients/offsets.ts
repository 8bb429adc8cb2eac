import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin } from 'kafkajs'

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

/** Time allowed for a newly elected leader to start serving. */
const LEADER_MS = 10_000
const POLL_MS = 50

/** Retries while a partition's leader is not ready yet, which kafkajs does not. */
async function offsetsOf(admin: Admin, topic: string): ReturnType<Admin['fetchTopicOffsets']> {
  const deadline = performance.now() + LEADER_MS
  for (;;) {
    try {
      return await admin.fetchTopicOffsets(topic)
    } catch (error) {
      const { type } = error as { type?: string }
      if (type !== 'NOT_LEADER_FOR_PARTITION' || performance.now() > deadline) throw error
      await sleep(POLL_MS)
    }
  }
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
