// Throughput and output of a consumer group, measured from outside: the same method for our processors and for peers.
import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin } from 'kafkajs'
import { connectAdmin } from '../kafka/clients/connect-admin.ts'
import { beginningOffsets, distance, stableOffsets } from '../kafka/clients/offsets.ts'
import { Reader } from '../kafka/clients/topic-follower.ts'
import type { Profile } from '../kafka/profile/profile.ts'

const POLL_MS = 50
const GIVE_UP_MS = 120_000
/** Share of the records left out of the measurement: start-up, rebalance, JIT warm-up. */
export const WARM_UP_SHARE = 0.1

export interface Drain {
  readonly group: string
  /** Already filled, and without transactions, whose markers would take offsets too. */
  readonly topic: string
  /** Number of records in the topic. */
  readonly total: number
}

/**
 * Waits until the group has committed the whole topic; returns the records per second between the first commit seen at
 * or above a tenth of it and the commit that reaches the end.
 * @throws Error if that takes over two minutes, or is too fast to be measured
 */
export async function drainRate(profile: Profile, { group, topic, total }: Drain): Promise<number> {
  const admin = await connectAdmin(profile, 'bench')
  try {
    const deadline = performance.now() + GIVE_UP_MS
    let first: { readonly at: number; readonly committed: number } | undefined
    for (;;) {
      const committed = await committedRecords(admin, group, topic)
      const at = performance.now()
      if (committed >= total) {
        if (!first) {
          throw new Error(`group ${group} read all of ${topic} between two polls; measure more records`)
        }
        return ((committed - first.committed) * 1000) / (at - first.at)
      }
      if (committed >= total * WARM_UP_SHARE) first ??= { at, committed }
      if (at > deadline) {
        throw new Error(
          `group ${group} committed ${committed} of ${total} records of ${topic} within ${GIVE_UP_MS / 1000} s`,
        )
      }
      await sleep(POLL_MS)
    }
  } finally {
    await admin.disconnect()
  }
}

/** Records of the topic that a `read_committed` reader sees. */
export async function countCommitted(profile: Profile, topic: string): Promise<number> {
  const admin = await connectAdmin(profile, 'bench')
  const [from, end] = await Promise.all([
    beginningOffsets(admin, topic),
    stableOffsets(admin, topic),
  ]).finally(() => admin.disconnect())
  if (distance(from, end) === 0) return 0
  let count = 0
  const reader = await Reader.start(profile, {
    application: 'bench',
    topic,
    from,
    onBatch: (_, messages) => {
      count += messages.length
    },
  })
  try {
    await reader.reach(end, AbortSignal.timeout(GIVE_UP_MS))
    return count
  } finally {
    await reader.close()
  }
}

/** Sum of the offsets that a group has committed, over all partitions of the topic. */
export async function committedRecords(admin: Admin, group: string, topic: string): Promise<number> {
  const [found] = await admin.fetchOffsets({ groupId: group, topics: [topic] })
  // -1: the group has not committed yet.
  return (found?.partitions ?? []).reduce((sum, { offset }) => sum + Math.max(0, Number(offset)), 0)
}
