import type { Admin, Consumer, EachBatchPayload } from 'kafkajs'
import { createClient, type Warn } from '../kafkajs/kafkajs-client.ts'
import type { Profile } from '../profile/profile.ts'
import { connectAdmin } from './connect-admin.ts'
import { stableOffsets } from './offsets.ts'

/** Time without a heartbeat after which the group reassigns a member's partitions. */
const SESSION_TIMEOUT_MS = 30_000
const HEARTBEAT_MS = 3_000
const CONCURRENT_PARTITIONS = 6

export interface SubscriberOptions {
  /** The reading application. */
  readonly application: string
  /** The group's offsets are kept: a later member resumes there. */
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
 * handler is done; if the process ends or loses the partition in between, the record is delivered again. Offsets without a
 * record (transaction markers, aborted records) are committed too, so the group's lag is 0 once it has read everything up
 * to the last stable offset. A new group starts at the last stable offset as of `open`.
 */
export class Subscriber {
  readonly #consumer: Consumer
  readonly #options: SubscriberOptions
  /** By partition, offsets of markers and aborted records whose commit has yet to succeed. */
  readonly #pending = new Map<number, string>()

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
    // kafkajs hands no batch over that holds nothing but markers and aborted records.
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize > 0) return
      this.#pending.set(payload.partition, nextAfter(payload.lastOffset))
      void this.#commitPending()
    })
    // kafkajs does not retry a failed commit, so the next heartbeat does.
    consumer.on(consumer.events.HEARTBEAT, () => void this.#commitPending())
    // After a rebalance, another member may have committed a higher offset.
    consumer.on(consumer.events.GROUP_JOIN, () => this.#pending.clear())
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
    const last = batch.messages.at(-1)
    try {
      for (const message of batch.messages) {
        if (signal.aborted || isStale()) return
        await this.#options.onRecord(message.value, signal)
        // Moves past the markers and aborted records at the end of the batch too.
        const offset = message === last ? batch.lastOffset() : message.offset
        await this.#commit(batch.partition, nextAfter(offset))
        resolveOffset(offset)
      }
    } catch (error) {
      if (stop.aborted) return
      throw lost.signal.aborted ? lost.signal.reason : error
    } finally {
      clearInterval(alive)
    }
  }

  async #commitPending(): Promise<void> {
    for (const [partition, next] of this.#pending) await this.#commit(partition, next).catch(() => undefined)
  }

  async #commit(partition: number, next: string): Promise<void> {
    await this.#consumer.commitOffsets([{ topic: this.#options.topic, partition, offset: next }])
    // A later batch may have left a higher offset meanwhile.
    if (BigInt(this.#pending.get(partition) ?? next) <= BigInt(next)) this.#pending.delete(partition)
  }
}

function nextAfter(offset: string): string {
  return String(BigInt(offset) + 1n)
}

/** Commits the topic's end for partitions without an offset, so that delivery starts with the next record. */
async function beginAtEnd(admin: Admin, groupId: string, topic: string): Promise<void> {
  const [offsets] = await admin.fetchOffsets({ groupId, topics: [topic] })
  const without = (offsets?.partitions ?? []).filter(({ offset }) => Number(offset) < 0)
  if (without.length === 0) return
  const { groups } = await admin.describeGroups([groupId])
  // Offsets can only be set on an empty group; a running member has done this before it joined.
  if (groups.some(({ members }) => members.length > 0)) return
  const end = await stableOffsets(admin, topic)
  const partitions = without.map(({ partition }) => ({ partition, offset: String(end.get(partition) ?? 0) }))
  await admin.setOffsets({ groupId, topic, partitions })
}
