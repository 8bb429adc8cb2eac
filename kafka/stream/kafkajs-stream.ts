import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin, Consumer, EachBatchPayload, Kafka, Producer } from 'kafkajs'
import { transactionalIdPrefix } from '../../catalog/groups.ts'
import { endOffsets, startOffsets } from '../clients/offsets.ts'
import { createClient, keyPartitioner } from '../kafkajs/kafkajs-client.ts'
import { errorNames, isFencing } from '../kafkajs/kafkajs-error.ts'
import { streamRecord } from '../kafkajs/kafkajs-record.ts'
import type { Profile } from '../profile/profile.ts'
import { isFatalError } from '../protocol/broker-errors.ts'
import { send, sendCarefully, sendOffsets } from './kafkajs-transaction.ts'
import { OutputRefusedError } from './refusal.ts'
import { Refusals } from './refusals.ts'
import { stableOffset } from './stable-offsets.ts'
import {
  type Batch,
  HandlerFault,
  processWith,
  type StreamHandler,
  type StreamOptions,
  type StreamPort,
  transactionTimeoutMs,
} from './stream-port.ts'

const MAX_WAIT_MS = 100
const BACKOFF_MS = 300
/**
 * kafkajs waits this long before it repeats a request that met CONCURRENT_TRANSACTIONS, as the first of every transaction
 * that follows close upon another does: with its default of 300 ms there are six transactions a second.
 */
const RETRY_MS = 5
const CONCURRENT_PARTITIONS = 16

/** A partition that is ours, with the producer that fences whoever had it before. */
interface Owned {
  readonly producer: Producer
  /** The next offset to process. */
  position: number
}

/** The partition went to another member of the group while a batch of it was prepared: nothing was begun. */
class LostPartition extends Error {}

/**
 * The stream port on kafkajs: one transactional id for each input partition, because kafkajs does not send the member's
 * generation with a transaction's offsets. Whoever opens a partition initialises its id, which ends what the owner before
 * left open and refuses it from then on.
 */
export class KafkajsStream implements StreamPort {
  readonly #profile: Profile
  readonly #options: StreamOptions
  readonly #kafka: Kafka
  readonly #admin: Admin
  readonly #consumer: Consumer
  readonly #owned = new Map<number, Owned>()
  /** The partitions with a batch at work. */
  readonly #working = new Map<number, Promise<void>>()
  readonly #refusals = new Map<number, Refusals>()
  #handler!: StreamHandler
  #signal!: AbortSignal
  #fail!: (error: Error) => void

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
    this.#handler = handler
    this.#signal = signal
    const { promise: failed, reject } = Promise.withResolvers<never>()
    this.#fail = reject
    const { topic } = this.#options
    this.#consumer.on(this.#consumer.events.GROUP_JOIN, ({ payload }) => {
      const assigned = payload.memberAssignment[topic] ?? []
      for (const partition of [...this.#owned.keys()])
        if (!assigned.includes(partition)) this.#release(partition)
      for (const partition of [...this.#refusals.keys()])
        if (!assigned.includes(partition)) this.#refusals.delete(partition)
    })
    this.#consumer.on(this.#consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) reject(payload.error)
    })
    // A batch of nothing but control records or aborted ones reaches no handler.
    this.#consumer.on(this.#consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0) void this.#pass(payload.partition, Number(payload.lastOffset) + 1)
    })
    const stopped = new Promise<void>((resolve) => {
      if (signal.aborted) resolve()
      signal.addEventListener('abort', () => resolve(), { once: true })
    })
    try {
      await Promise.all([this.#admin.connect(), this.#consumer.connect()])
      await this.#consumer.subscribe({ topic, fromBeginning: true })
      await this.#consumer.run({
        autoCommit: false,
        eachBatchAutoResolve: false,
        partitionsConsumedConcurrently: CONCURRENT_PARTITIONS,
        eachBatch: (payload) => {
          const { batch } = payload
          return this.#alone(batch.partition, Number(batch.firstOffset()), () => this.#take(payload))
        },
      })
      await Promise.race([stopped, failed])
    } finally {
      await this.#consumer.disconnect()
      // kafkajs has waited for the batches that it handed over, and knows nothing of the offsets committed behind markers.
      await Promise.all(this.#working.values())
      for (const partition of [...this.#owned.keys()]) this.#release(partition)
      await this.#admin.disconnect()
    }
  }

  /**
   * Works on a partition, unless it is worked on already: kafkajs fetches on while an offset behind markers is committed, and
   * a consumer that it restarts hands over again what a batch from before may still be waiting for the broker with. The
   * work under way is waited for, and what came meanwhile is fetched again from where that work ended.
   * @param from where to fetch again if the work under way failed
   */
  async #alone(partition: number, from: number, work: () => Promise<void>): Promise<void> {
    const before = this.#working.get(partition)
    if (before) {
      await before
      this.#seek(partition, this.#owned.get(partition)?.position ?? from)
      return
    }
    const working = work()
    this.#working.set(partition, working)
    try {
      await working
    } finally {
      this.#working.delete(partition)
    }
  }

  /**
   * Commits an offset behind which nothing was handed over, so that nobody takes markers for records that wait. kafkajs goes
   * on behind the markers whatever becomes of the commit: they are fetched again until it is done.
   */
  async #pass(partition: number, next: number): Promise<void> {
    if (this.#signal.aborted || next <= (this.#owned.get(partition)?.position ?? 0)) return
    const marker = next - 1
    await this.#alone(partition, marker, async () => {
      try {
        if (!this.#owned.has(partition)) await this.#open(partition, async () => undefined)
        const owned = this.#owned.get(partition)
        if (!owned || next <= owned.position) return
        await this.#commit(owned, { partition, records: [], next })
        this.#options.meter.lag(partition, 0)
      } catch (error) {
        await this.#recover(partition, error as Error, async () => undefined)
        this.#seek(partition, marker)
      }
    })
  }

  /** Has the next fetch of the partition begin there. */
  #seek(partition: number, offset: number): void {
    this.#consumer.seek({ topic: this.#options.topic, partition, offset: String(offset) })
  }

  /** One fetched batch of one partition, in transactions of at most the batch size. */
  async #take(payload: EachBatchPayload): Promise<void> {
    const { batch, heartbeat, resolveOffset, isRunning, isStale } = payload
    const { partition } = batch
    try {
      const owned = this.#owned.get(partition)
      if (!owned) {
        await this.#open(partition, heartbeat)
        return
      }
      const records = batch.messages
        .filter((message) => Number(message.offset) >= owned.position)
        .map((message) => streamRecord(partition, message))
      for (let start = 0; start < records.length; ) {
        if (!isRunning() || isStale() || this.#signal.aborted || this.#owned.get(partition) !== owned) return
        const end = Math.min(start + this.#refusalsOf(partition).limit, records.length)
        // Behind the last record of a batch there may be markers of transactions: the offset passes them too.
        const next = records[end]?.offset ?? Number(batch.lastOffset()) + 1
        await this.#commit(owned, { partition, records: records.slice(start, end), next })
        resolveOffset(String(next - 1))
        this.#options.meter.lag(partition, Math.max(0, Number(batch.highWatermark) - next))
        await heartbeat()
        start = end
      }
    } catch (error) {
      await this.#recover(partition, error as Error, heartbeat)
    }
  }

  /** Takes a partition over: ends what its former owner left open, then reads the offset, then restores. */
  async #open(partition: number, heartbeat: () => Promise<void>): Promise<void> {
    const { groupId, topic, sessionTimeoutMs, warn, application } = this.#options
    const alive = setInterval(() => heartbeat().catch(() => undefined), sessionTimeoutMs / 4)
    const producer = this.#kafka.producer({
      transactionalId: `${transactionalIdPrefix(groupId)}${partition}`,
      transactionTimeout: transactionTimeoutMs(this.#options),
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: keyPartitioner,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: RETRY_MS, maxRetryTime: 500, retries: 200 },
    })
    try {
      await producer.connect()
      // Only its first transaction initialises the id. Until then whoever was here before could still commit, behind
      // the offset that is read next.
      await (await producer.transaction()).abort()
      const committed = (await stableOffset(this.#profile, { groupId, topic, partition }, this.#signal)) ?? -1
      const begin = (await startOffsets(this.#admin, topic)).get(partition) ?? 0
      if (committed >= 0 && committed < begin) {
        warn(`${application}: ${topic}/${partition} lost offsets ${committed} to ${begin} to retention`)
      }
      await this.#handler.onAssigned(partition, this.#signal)
      const position = Math.max(committed, begin)
      this.#owned.set(partition, { producer, position })
      this.#seek(partition, position)
      const end = (await endOffsets(this.#admin, topic)).get(partition) ?? position
      this.#options.meter.lag(partition, end - position)
    } catch (error) {
      void producer.disconnect().catch(() => undefined)
      throw error
    } finally {
      clearInterval(alive)
    }
  }

  /** @throws LostPartition where the partition went to another member meanwhile */
  async #commit(owned: Owned, fetched: Batch): Promise<void> {
    const started = performance.now()
    const refusals = this.#refusalsOf(fetched.partition)
    const batch = refusals.mark(fetched)
    await this.#handler.prepare?.([batch])
    // Preparing takes as long as a registry does: the handler has closed what was lost by then.
    if (this.#owned.get(batch.partition) !== owned) throw new LostPartition()
    const output = processWith(this.#handler, [batch])
    const transaction = await owned.producer.transaction()
    try {
      if (refusals.isTracing) await sendCarefully(transaction, output)
      else await send(transaction, output)
      const { groupId, topic } = this.#options
      const partitions = [{ partition: batch.partition, offset: String(batch.next) }]
      await sendOffsets(transaction, { consumerGroupId: groupId, topics: [{ topic, partitions }] })
      await transaction.commit()
    } catch (error) {
      await transaction.abort().catch(() => undefined)
      if (error instanceof OutputRefusedError) refusals.learn([batch], error)
      throw error
    }
    owned.position = batch.next
    refusals.settle([batch])
    this.#options.meter.transaction(batch.records.length, performance.now() - started)
  }

  #refusalsOf(partition: number): Refusals {
    const known = this.#refusals.get(partition) ?? new Refusals(this.#options)
    this.#refusals.set(partition, known)
    return known
  }

  /** Forgets the partition, so that its next batch opens it again from what was committed. */
  async #recover(partition: number, error: Error, heartbeat: () => Promise<void>): Promise<void> {
    if (error instanceof LostPartition) return
    this.#release(partition)
    if (this.#signal.aborted) return
    if (isFatal(error)) {
      this.#fail(error)
      return
    }
    this.#options.meter.aborted()
    if (error instanceof OutputRefusedError) return
    if (isFencing(error)) this.#options.meter.fenced()
    const { application, warn } = this.#options
    warn(`${application}: partition ${partition}: ${error.message}; starting over from what was committed`)
    await sleep(BACKOFF_MS, undefined, { signal: this.#signal }).catch(() => undefined)
    await heartbeat().catch(() => undefined)
  }

  #release(partition: number): void {
    const owned = this.#owned.get(partition)
    this.#owned.delete(partition)
    this.#handler.onRevoked(partition)
    void owned?.producer.disconnect().catch(() => undefined)
  }
}

/** No retry helps: the broker refuses, or the handler is at fault. */
function isFatal(error: Error): boolean {
  return error instanceof HandlerFault || errorNames(error).some(isFatalError)
}
