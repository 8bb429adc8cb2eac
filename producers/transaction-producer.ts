import type { Message } from 'kafkajs'
import { topic } from '../catalog/topics.ts'
import { connectAdmin } from '../kafka/clients/connect-admin.ts'
import { newRun, RUN_HEADER } from '../kafka/clients/run-headers.ts'
import { Writer } from '../kafka/clients/writer.ts'
import type { Warn } from '../kafka/kafkajs/kafkajs-client.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { requireTopics } from '../kafka/provision/topic-admin.ts'
import { type Outcome, type Progress, produce } from './produce.ts'
import { type TransactionKind, Transactions } from './transactions.ts'

export const TRANSACTION_TOPIC = topic('transactions')
const APPLICATION = 'transaction-producer'

/** Event-time rate of an unpaced producer: faster than it can send, so that no record is dated in the future. */
const UNPACED_RECORDS_PER_SECOND = 500_000

export interface TransactionProducerOptions {
  readonly seed: number
  /** Prefix of every id; empty by default. */
  readonly namespace?: string
  /** Event time of the first record, in ms since the epoch. */
  readonly start: number
  /** Shares of all records: each 0 to 1, together below 1. */
  readonly duplicates: number
  readonly lateDuplicates: number
  readonly malformed: number
  /** Records a second; Infinity for no limit. */
  readonly rate: number
  readonly count: number
  readonly durationMs: number
  readonly signal: AbortSignal
  readonly run?: string
  readonly progress?: (progress: Progress) => void
  readonly warn?: Warn
}

export interface TransactionOutcome extends Outcome {
  readonly run: string
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
    partitions = (await admin.fetchTopicOffsets(TRANSACTION_TOPIC.name)).length
  } finally {
    await admin.disconnect()
  }
  const transactions = new Transactions({
    ...options,
    partitions,
    recordsPerSecond: Number.isFinite(options.rate) ? options.rate : UNPACED_RECORDS_PER_SECOND,
  })
  const run = options.run ?? newRun()
  const headers = { [RUN_HEADER]: Buffer.from(run) }
  const byKind: Record<TransactionKind, number> = { unique: 0, duplicate: 0, lateDuplicate: 0, malformed: 0 }
  const writer = await Writer.connect(profile, APPLICATION, options.warn)
  try {
    const outcome = await produce<TransactionMessage>({
      ...options,
      writer,
      topic: TRANSACTION_TOPIC.name,
      next: () => {
        const { kind, value, partition, timestamp } = transactions.next()
        return { kind, value, partition, timestamp: String(timestamp), headers }
      },
      onAcknowledged: (records) => {
        for (const { kind } of records) byKind[kind] += 1
      },
    })
    return { ...outcome, run, byKind }
  } finally {
    await writer.close()
  }
}
