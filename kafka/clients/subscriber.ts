import type { Admin, Consumer, EachBatchPayload } from 'kafkajs'
import { createClient, type Warn } from '../kafkajs/kafkajs-client.ts'
import type { Profile } from '../profile/profile.ts'
import { connectAdmin } from './connect-admin.ts'
import { endOffsets } from './offsets.ts'

/** Time without a heartbeat after which the group reassigns a member's partitions. */
const SESSION_TIMEOUT_MS = 30_000
const HEARTBEAT_MS = 3_000
const CONCURRENT_PARTITIONS = 6

export interface SubscriberOptions {
  /** The reading application. */
  readonly application: string
  /** Durable: a later member resumes at the committed offsets. */
  readonly groupId: string
  readonly topic: string
  readonly warn: Warn
  /**
   * Handles a committed record; records of a partition are handled one at a time. A record is done when this returns. It
   * must throw the signal's reason on abort: the program is stopping, or the partition is revoked.
   */
  readonly onRecord: (value: Buffer | null, signal: AbortSignal) => Promise<void>
}

/**
 * Delivers each record of a topic at least once, as a member of a consumer group. A record's offset is committed after its
 * handler is done; if the process ends or loses the partition in between, the record is delivered again. A new group
 * starts at the end of the topic as of `open`.
 */
export class Subscriber {
  readonly #consumer: Consumer
  readonly #options: SubscriberOptions

  private constructor(consumer: Consumer, options: SubscriberOptions) {
    this.#consumer = consumer
    this.#options = options
  }

  static async open(profile: Profile, options: SubscriberOptions): Promise<Subscriber> {
    const { application, groupId, topic, warn } = options
    const admin = await connectAdmin(profile, application)
    await beginAtEnd(admin, groupId, topic).finally(() => admin.disconnect())
    const consumer = createClient(profile, { clientId: application, warn }).consumer({
      groupId,
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: HEARTBEAT_MS,
      readUncommitted: false,
      allowAutoTopicCreation: false,
      maxWaitTimeInMs: 250,
    })
    return new Subscriber(consumer, options)
  }

  /**
   * Runs until the signal is aborted, then waits for the handlers in flight.
   * @throws an error that kafkajs does not retry
   */
  async run(signal: AbortSignal): Promise<void> {
    const consumer = this.#consumer
    const { promise: failed, reject } = Promise.withResolvers<never>()
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) reject(payload.error)
    })
    const stopped = new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
    try {
      await consumer.connect()
      await consumer.subscribe({ topic: this.#options.topic, fromBeginning: true })
      await consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: CONCURRENT_PARTITIONS,
        eachBatch: (payload) => this.#take(payload, signal),
      })
      await Promise.race([stopped, failed])
    } finally {
      await consumer.disconnect()
    }
  }

  async #take(
    { batch, heartbeat, isStale, resolveOffset }: EachBatchPayload,
    stop: AbortSignal,
  ): Promise<void> {
    const lost = new AbortController()
    const signal = AbortSignal.any([stop, lost.signal])
    // A handler may take longer than the session timeout. A heartbeat fails when the group rebalances.
    const alive = setInterval(() => heartbeat().catch((error) => lost.abort(error)), HEARTBEAT_MS)
    const { topic } = this.#options
    try {
      for (const { offset, value } of batch.messages) {
        if (signal.aborted || isStale()) return
        await this.#options.onRecord(value, signal)
        const next = String(BigInt(offset) + 1n)
        await this.#consumer.commitOffsets([{ topic, partition: batch.partition, offset: next }])
        resolveOffset(offset)
      }
      resolveOffset(batch.lastOffset())
    } catch (error) {
      if (stop.aborted) return
      throw lost.signal.aborted ? lost.signal.reason : error
    } finally {
      clearInterval(alive)
    }
  }
}

/** Commits the topic's end for partitions without an offset, so that delivery starts with the next record. */
async function beginAtEnd(admin: Admin, groupId: string, topic: string): Promise<void> {
  const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] })
  const without = (offsets?.partitions ?? []).filter(({ offset }) => Number(offset) < 0)
  if (without.length === 0) return
  const { groups } = await admin.describeGroups([groupId])
  // Offsets can only be set on an empty group; a running member has done this before it joined.
  if (groups.some(({ members }) => members.length > 0)) return
  const end = await endOffsets(admin, topic)
  const partitions = without.map(({ partition }) => ({ partition, offset: String(end.get(partition) ?? 0) }))
  await admin.setOffsets({ groupId, topic, partitions })
}
