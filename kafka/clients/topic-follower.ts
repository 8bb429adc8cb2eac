import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Consumer, KafkaMessage } from 'kafkajs'
import { groupPrefix } from '../../catalog/groups.ts'
import { createClient, type Warn } from '../kafkajs/kafkajs-client.ts'
import type { Profile } from '../profile/profile.ts'
import { distance, hasReached, type Offsets } from './offsets.ts'

/** How long closing waits for a busy handler, or a broker that does not answer, in ms. */
const CLOSE_PATIENCE_MS = 5_000

export interface ReaderOptions {
  /** The reading application. Its name is part of the group's name; closing the reader deletes the group. */
  readonly application: string
  readonly topic: string
  /** The first offset to read of each partition. */
  readonly from: Offsets
  readonly warn?: Warn
  /** Gets every record at or after `from` once, in order for each partition. If it throws, the reader fails. */
  readonly onBatch: (partition: number, messages: readonly KafkaMessage[]) => Promise<void> | void
}

/**
 * Follows the committed records of a whole topic from given offsets on, and leaves no group or offset behind on the
 * cluster. For looking at a topic, not for processing it.
 */
export class Reader {
  /** Rejects if reading fails for good; otherwise stays pending. */
  readonly failed: Promise<never>
  readonly #consumer: Consumer
  readonly #position: Map<number, number>
  readonly #fail: (error: unknown) => void
  readonly #removeGroup: () => Promise<void>
  #onProgress: (() => void) | undefined
  #isClosed = false

  private constructor(consumer: Consumer, options: ReaderOptions, removeGroup: () => Promise<void>) {
    this.#consumer = consumer
    this.#removeGroup = removeGroup
    this.#position = new Map(options.from)
    const { promise, reject } = Promise.withResolvers<never>()
    this.failed = promise
    this.#fail = reject
    // Not every caller awaits it.
    promise.catch(() => undefined)
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) reject(payload.error)
    })
    // A batch of nothing but control records and aborted records reaches no handler, but moves the position too.
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0) this.#advance(payload.partition, Number(payload.lastOffset) + 1)
    })
    // After every join, because kafkajs rejoins after many errors, and a group without committed offsets then starts at
    // the topic's beginning. The first join may come long after run() has returned.
    consumer.on(consumer.events.GROUP_JOIN, () => {
      if (this.#isClosed) return
      const { topic } = options
      for (const [partition, offset] of this.#position)
        consumer.seek({ topic, partition, offset: String(offset) })
    })
  }

  static async start(profile: Profile, options: ReaderOptions): Promise<Reader> {
    const { application, topic, warn } = options
    const kafka = createClient(profile, { clientId: application, ...(warn ? { warn } : {}) })
    const groupId = `${groupPrefix(application)}reader-${randomUUID()}`
    const consumer = kafka.consumer({
      groupId,
      readUncommitted: false,
      allowAutoTopicCreation: false,
      maxWaitTimeInMs: 250,
      maxBytesPerPartition: 4 * 1024 * 1024,
    })
    const reader = new Reader(consumer, options, async () => {
      const admin = kafka.admin()
      await admin.connect()
      // If the account may not delete groups, the broker removes the empty group after a while.
      await admin.deleteGroups([groupId]).catch(() => undefined)
      await admin.disconnect()
    })
    try {
      await consumer.connect()
      await consumer.subscribe({ topic, fromBeginning: true })
      await consumer.run({
        autoCommit: false,
        // A stale batch is not handed over, so it must not count as resolved.
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: 1,
        eachBatch: async ({ batch, isStale, pause, resolveOffset }) => {
          if (isStale()) return
          const next = reader.#position.get(batch.partition) ?? 0
          const first = batch.messages[0]
          const isNew = first !== undefined && Number(first.offset) >= next
          const messages = isNew
            ? batch.messages
            : batch.messages.filter(({ offset }) => Number(offset) >= next)
          if (messages.length > 0) {
            try {
              await options.onBatch(batch.partition, messages)
            } catch (error) {
              // Without the pause, kafkajs would hand over the same batch again and again.
              reader.#fail(error)
              pause()
              return
            }
          }
          resolveOffset(batch.lastOffset())
          reader.#advance(batch.partition, Number(batch.lastOffset()) + 1)
        },
      })
    } catch (error) {
      // The caller has no reader to close yet.
      await reader.close().catch(() => undefined)
      throw error
    }
    return reader
  }

  /** The next offset to hand over, for each partition. */
  get position(): Offsets {
    return this.#position
  }

  lagBehind(end: Offsets): number {
    return distance(this.#position, end)
  }

  /**
   * Resolves when everything before `goal` was handed over.
   * @throws the error that ended the reader, or the signal's reason
   */
  async reach(goal: Offsets, signal?: AbortSignal): Promise<void> {
    const reached = new Promise<void>((resolve, reject) => {
      const check = () => {
        if (hasReached(this.#position, goal)) resolve()
      }
      this.#onProgress = check
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true })
      check()
    })
    await Promise.race([reached, this.failed])
  }

  /** Stops reading and deletes the group. Gives up after 5 s, if a handler is stuck for example. */
  async close(): Promise<void> {
    this.#isClosed = true
    const closed = new AbortController()
    const late = sleep(CLOSE_PATIENCE_MS, undefined, { signal: closed.signal }).catch(() => undefined)
    const end = async () => {
      await this.#consumer.disconnect()
      await this.#removeGroup()
    }
    await Promise.race([end(), late]).finally(() => closed.abort())
  }

  #advance(partition: number, next: number): void {
    if (next <= (this.#position.get(partition) ?? 0)) return
    this.#position.set(partition, next)
    this.#onProgress?.()
  }
}
