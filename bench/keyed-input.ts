import type { Message } from 'kafkajs'
import { connectAdmin } from '../kafka/clients/connect-admin.ts'
import { distance, stableOffsets } from '../kafka/clients/offsets.ts'
import { Writer } from '../kafka/clients/writer.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { createTopics } from '../kafka/provision/topic-admin.ts'
import { Transactions } from '../producers/transactions.ts'

/** Partitions of every contestant's input, outputs and changelog. */
export const PARTITIONS = 6
const BATCH = 10_000
/** Event-time rate: faster than records can be sent, so that no record is dated in the future. */
const RECORDS_PER_SECOND = 500_000

/** Contents of the input: first records of an id, and records that repeat an id. */
export interface KeyedInput {
  readonly unique: number
  readonly duplicates: number
}

/** Creates the missing topics, each with PARTITIONS partitions. */
export async function makeTopics(profile: Profile, names: readonly string[]): Promise<void> {
  const admin = await connectAdmin(profile, 'bench')
  try {
    await createTopics(
      admin,
      names.map((topic) => ({ topic, numPartitions: PARTITIONS, replicationFactor: -1 })),
    )
  } finally {
    await admin.disconnect()
  }
}

/**
 * Creates a topic and fills it with transactions keyed by id and stamped with their event time, about 31 % of them
 * duplicates. The same count gives the same sequence of first and repeated records.
 * @throws Error if the topic already holds records
 */
export async function fillKeyedInput(profile: Profile, topic: string, count: number): Promise<KeyedInput> {
  await makeTopics(profile, [topic])
  await requireEmpty(profile, topic)
  const transactions = new Transactions({
    seed: 1,
    start: Date.now(),
    recordsPerSecond: RECORDS_PER_SECOND,
    partitions: PARTITIONS,
    duplicates: 0.26,
    lateDuplicates: 0.05,
    malformed: 0,
  })
  let unique = 0
  const next = (): Message => {
    const { kind, value, timestamp } = transactions.next()
    if (kind === 'unique') unique += 1
    const { id } = JSON.parse(String(value)) as { id: string }
    return { key: id, value, timestamp: String(timestamp) }
  }
  const writer = await Writer.connect(profile, 'bench')
  try {
    for (let sent = 0; sent < count; sent += BATCH) {
      await writer.send(topic, Array.from({ length: Math.min(BATCH, count - sent) }, next))
    }
  } finally {
    await writer.close()
  }
  return { unique, duplicates: count - unique }
}

async function requireEmpty(profile: Profile, topic: string): Promise<void> {
  const admin = await connectAdmin(profile, 'bench')
  try {
    const held = distance(new Map(), await stableOffsets(admin, topic))
    if (held > 0)
      throw new Error(`topic ${topic} already holds ${held} records; use a topic with another name`)
  } finally {
    await admin.disconnect()
  }
}
