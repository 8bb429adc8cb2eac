import type { Message } from 'kafkajs'
import { topic } from '../catalog/topics.ts'
import { connectAdmin } from '../kafka/clients/connect-admin.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { requireTopics } from '../kafka/provision/topic-admin.ts'
import { eventTimeRate, type ProducerOptions, type RunOutcome, runProducer } from './producer-run.ts'
import { type TransactionKind, Transactions } from './transactions.ts'

export const TRANSACTION_TOPIC = topic('transactions')
const APPLICATION = 'transaction-producer'

export interface TransactionProducerOptions extends ProducerOptions {
  /** Prefix of every id; empty by default. */
  readonly namespace?: string
  /** Shares of all records: each 0 to 1, together below 1. */
  readonly duplicates: number
  readonly lateDuplicates: number
  readonly malformed: number
}

export interface TransactionOutcome extends RunOutcome {
  /** Acknowledged records of this run by kind. */
  readonly byKind: Readonly<Record<TransactionKind, number>>
}

interface TransactionMessage extends Message {
  readonly kind: TransactionKind
}

/**
 * Sends purchases, refunds and their retries to the cluster.
 * @throws UnreachableError or ApplyError before the first record is sent; later failures are in the outcome
 */
export async function produceTransactions(
  profile: Profile,
  options: TransactionProducerOptions,
): Promise<TransactionOutcome> {
  const admin = await connectAdmin(profile, APPLICATION)
  let partitions: number
  try {
    await requireTopics(admin, [TRANSACTION_TOPIC.name])
    // Not the offsets: for a moment after a topic's creation the broker refuses them.
    const { topics } = await admin.fetchTopicMetadata({ topics: [TRANSACTION_TOPIC.name] })
    partitions = topics[0]?.partitions.length ?? 0
  } finally {
    await admin.disconnect()
  }
  const transactions = new Transactions({
    ...options,
    partitions,
    recordsPerSecond: eventTimeRate(options.rate),
  })
  const byKind: Record<TransactionKind, number> = { unique: 0, duplicate: 0, lateDuplicate: 0, malformed: 0 }
  const outcome = await runProducer<TransactionMessage>(profile, APPLICATION, options, (headers) => ({
    topic: TRANSACTION_TOPIC.name,
    next: () => {
      const { kind, value, partition, timestamp } = transactions.next()
      return { kind, value, partition, timestamp: String(timestamp), headers }
    },
    onAcknowledged: (records) => {
      for (const { kind } of records) byKind[kind] += 1
    },
  }))
  return { ...outcome, byKind }
}
