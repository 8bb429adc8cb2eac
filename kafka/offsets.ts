import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin } from 'kafkajs'

/** For each partition of a topic, an offset. Exact up to 2^53. */
export type Offsets = ReadonlyMap<number, number>

/** Where the topic ends now: the offset that the next record of each partition gets. */
export async function endOffsets(admin: Admin, topic: string): Promise<Offsets> {
  const partitions = await offsetsOf(admin, topic)
  return new Map(partitions.map(({ partition, high }) => [partition, Number(high)]))
}

/** Where the topic begins now: the offset of the oldest record that each partition still has. */
export async function startOffsets(admin: Admin, topic: string): Promise<Offsets> {
  const partitions = await offsetsOf(admin, topic)
  return new Map(partitions.map(({ partition, low }) => [partition, Number(low)]))
}

/** Within which a partition whose leader has just been named takes its office. */
const LEADER_MS = 10_000
const POLL_MS = 50

/** The leader of a new partition does not answer at once, and kafkajs gives up at its first no. */
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
