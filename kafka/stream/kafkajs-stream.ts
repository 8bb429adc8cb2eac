import type { Admin, Consumer, Kafka } from 'kafkajs'
import { createClient } from '../kafkajs/kafkajs-client.ts'
import type { Profile } from '../profile/profile.ts'
import { KafkajsPartition } from './kafkajs-partition.ts'
import type { StreamHandler, StreamOptions, StreamPort } from './stream-port.ts'

const MAX_WAIT_MS = 100
const CONCURRENT_PARTITIONS = 16

/**
 * The stream port on kafkajs: one transactional id for each input partition, because kafkajs does not send the member's
 * generation with a transaction's offsets. Opening a partition takes its id over, which aborts the former owner's
 * transaction and fences that owner.
 */
export class KafkajsStream implements StreamPort {
  readonly #profile: Profile
  readonly #options: StreamOptions
  readonly #kafka: Kafka
  readonly #admin: Admin
  readonly #consumer: Consumer

  constructor(profile: Profile, options: StreamOptions) {
    this.#profile = profile
    this.#options = options
    this.#kafka = createClient(profile, { clientId: options.application, warn: options.warn })
    this.#admin = this.#kafka.admin()
    this.#consumer = this.#kafka.consumer({
      groupId: options.groupId,
      sessionTimeout: options.sessionTimeoutMs,
      rebalanceTimeout: Math.max(options.sessionTimeoutMs, 30_000),
      heartbeatInterval: Math.min(1_000, options.sessionTimeoutMs / 3),
      maxWaitTimeInMs: Math.min(MAX_WAIT_MS, options.commitIntervalMs),
      readUncommitted: false,
      allowAutoTopicCreation: false,
    })
  }

  async run(handler: StreamHandler, signal: AbortSignal): Promise<void> {
    const { topic } = this.#options
    const consumer = this.#consumer
    const { promise: failed, reject: fail } = Promise.withResolvers<never>()
    const context = {
      profile: this.#profile,
      options: this.#options,
      kafka: this.#kafka,
      admin: this.#admin,
      handler,
      signal,
      seek: (partition: number, offset: number) =>
        consumer.seek({ topic, partition, offset: String(offset) }),
      fail,
    }
    /** Every partition that was ever assigned here: work on it may outlive its loss, and must not overlap later work. */
    const partitions = new Map<number, KafkajsPartition>()
    const partitionOf = (partition: number) => {
      const known = partitions.get(partition) ?? new KafkajsPartition(partition, context)
      partitions.set(partition, known)
      return known
    }
    consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
      const assigned = payload.memberAssignment[topic] ?? []
      for (const [number, partition] of partitions) if (!assigned.includes(number)) partition.lose()
      this.#options.meter.assigned(assigned.length)
    })
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      this.#options.meter.assigned(undefined)
      if (!payload.restart) fail(payload.error)
    })
    // kafkajs hands no batch over that holds nothing but control records and aborted records.
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      const { batchSize, partition, lastOffset, highWatermark } = payload
      if (batchSize === 0) void partitionOf(partition).pass(Number(lastOffset) + 1, Number(highWatermark))
    })
    const stopped = new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
    try {
      await Promise.all([this.#admin.connect(), consumer.connect()])
      await consumer.subscribe({ topic, fromBeginning: true })
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: CONCURRENT_PARTITIONS,
        eachBatch: (payload) => partitionOf(payload.batch.partition).take(payload),
      })
      await Promise.race([stopped, failed])
    } finally {
      await consumer.disconnect()
      // kafkajs has waited for the batches that it handed over, but not for commits past markers.
      for (const partition of partitions.values()) await partition.idle()
      for (const partition of partitions.values()) partition.close()
      await this.#admin.disconnect()
    }
  }
}
