import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin, EachBatchPayload, Kafka, Producer } from 'kafkajs'
import { transactionalIdPrefix } from '../../catalog/groups.ts'
import { beginningOffsets, stableOffsets } from '../clients/offsets.ts'
import { keyPartitioner } from '../kafkajs/kafkajs-client.ts'
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
  transactionTimeoutMs,
} from './stream-port.ts'

const BACKOFF_MS = 300
/**
 * kafkajs waits this long before it repeats a request that met CONCURRENT_TRANSACTIONS, as the first of every transaction
 * that follows close upon another does: with its default of 300 ms there are six transactions a second.
 */
const RETRY_MS = 5

/** What the partitions of one stream share. */
export interface PartitionContext {
  readonly profile: Profile
  readonly options: StreamOptions
  readonly kafka: Kafka
  readonly admin: Admin
  readonly handler: StreamHandler
  readonly signal: AbortSignal
  /** Has the next fetch of the partition begin at an offset. */
  readonly seek: (partition: number, offset: number) => void
  /** Ends the stream, with an error that no retry can help. */
  readonly fail: (error: Error) => void
}

type Heartbeat = () => Promise<void>

/** A partition that is lost in any state is closed, and closed partitions are opened by their next batch. */
type State =
  | { readonly name: 'closed' }
  /** The producer fences whoever had the partition before, and the handler restores it. */
  | { readonly name: 'opening'; readonly producer: Producer }
  | {
      readonly name: 'open'
      readonly producer: Producer
      /** The next offset to process. */
      position: number
    }

type Open = Extract<State, { name: 'open' }>

const CLOSED: State = { name: 'closed' }

/** The partition went to another member of the group while it was opened, or a batch of it prepared: nothing was begun. */
class LostPartition extends Error {}

/** One input partition of a KafkajsStream: opened with its first batch, and closed when it is lost or a transaction fails. */
export class KafkajsPartition {
  readonly #partition: number
  readonly #context: PartitionContext
  #state: State = CLOSED
  #refusals: Refusals
  /** The work under way. It may outlive the state that it began in. */
  #working: Promise<void> | undefined

  constructor(partition: number, context: PartitionContext) {
    this.#partition = partition
    this.#context = context
    this.#refusals = new Refusals(context.options)
  }

  /** Works on a fetched batch, in transactions of at most the batch size. */
  take(payload: EachBatchPayload): Promise<void> {
    return this.#alone(Number(payload.batch.firstOffset()), () => this.#take(payload))
  }

  /**
   * Commits an offset behind which nothing was handed over, so that nobody takes markers for records that wait. kafkajs goes
   * on behind the markers whatever becomes of the commit: they are fetched again until it is done.
   * @param end the last stable offset as of the fetch
   */
  async pass(next: number, end: number): Promise<void> {
    if (this.#context.signal.aborted || (this.#state.name === 'open' && next <= this.#state.position)) return
    const marker = next - 1
    const noHeartbeat = async () => undefined
    await this.#alone(marker, async () => {
      try {
        if (this.#state.name !== 'open') await this.#open(noHeartbeat)
        const state = this.#state as State
        if (state.name !== 'open' || next <= state.position) return
        await this.#commit(state, { partition: this.#partition, records: [], next }, end)
      } catch (error) {
        await this.#recover(error as Error, noHeartbeat)
        this.#seek(marker)
      }
    })
  }

  /** The partition is no longer ours. */
  lose(): void {
    this.close()
    this.#refusals = new Refusals(this.#context.options)
  }

  /** Forgets what the partition is open with, so that its next batch opens it again from what was committed. */
  close(): void {
    const state = this.#state
    if (state.name === 'closed') return
    this.#state = CLOSED
    void state.producer.disconnect().catch(() => undefined)
    // While it opens, the handler is busy with it: then opening ends with this.
    if (state.name === 'open') this.#context.handler.onRevoked(this.#partition)
  }

  /** Returns when the work under way is over. */
  async idle(): Promise<void> {
    await this.#working
  }

  /**
   * Works on the partition, unless it is worked on already: kafkajs fetches on while an offset behind markers is committed,
   * and a consumer that it restarts hands over again what a batch from before may still be waiting for the broker with. The
   * work under way is waited for, and what came meanwhile is fetched again from where that work ended.
   * @param from where to fetch again if the work under way failed
   */
  async #alone(from: number, work: () => Promise<void>): Promise<void> {
    if (this.#working) {
      await this.#working
      this.#seek(this.#state.name === 'open' ? this.#state.position : from)
      return
    }
    this.#working = work()
    try {
      await this.#working
    } finally {
      this.#working = undefined
    }
  }

  #seek(offset: number): void {
    this.#context.seek(this.#partition, offset)
  }

  async #take({ batch, heartbeat, resolveOffset, isRunning, isStale }: EachBatchPayload): Promise<void> {
    const partition = this.#partition
    try {
      const open = this.#state
      if (open.name !== 'open') {
        await this.#open(heartbeat)
        return
      }
      const records = batch.messages
        .filter((message) => Number(message.offset) >= open.position)
        .map((message) => streamRecord(partition, message))
      for (let start = 0; start < records.length; ) {
        if (!isRunning() || isStale() || this.#context.signal.aborted || this.#state !== open) return
        const end = Math.min(start + this.#refusals.limit, records.length)
        // Behind the last record of a batch there may be markers of transactions: the offset passes them too.
        const next = records[end]?.offset ?? Number(batch.lastOffset()) + 1
        await this.#commit(
          open,
          { partition, records: records.slice(start, end), next },
          Number(batch.highWatermark),
        )
        resolveOffset(String(next - 1))
        await heartbeat()
        start = end
      }
    } catch (error) {
      await this.#recover(error as Error, heartbeat)
    }
  }

  /** Takes the partition over: ends what its former owner left open, then reads the offset, then restores. */
  async #open(heartbeat: Heartbeat): Promise<void> {
    const { profile, options, kafka, admin, handler, signal } = this.#context
    const { groupId, topic, sessionTimeoutMs, warn, application, meter } = options
    const partition = this.#partition
    const alive = setInterval(() => heartbeat().catch(() => undefined), sessionTimeoutMs / 4)
    const producer = kafka.producer({
      transactionalId: `${transactionalIdPrefix(groupId)}${partition}`,
      transactionTimeout: transactionTimeoutMs(options),
      idempotent: true,
      maxInFlightRequests: 1,
      createPartitioner: keyPartitioner,
      allowAutoTopicCreation: false,
      retry: { initialRetryTime: RETRY_MS, maxRetryTime: 500, retries: 200 },
    })
    const opening: State = { name: 'opening', producer }
    this.#state = opening
    try {
      await producer.connect()
      // Only its first transaction initialises the id. Until then whoever was here before could still commit, behind
      // the offset that is read next.
      await (await producer.transaction()).abort()
      const committed = (await stableOffset(profile, { groupId, topic, partition }, signal)) ?? -1
      const begin = (await beginningOffsets(admin, topic)).get(partition) ?? 0
      if (committed >= 0 && committed < begin) {
        warn(`${application}: ${topic}/${partition} lost offsets ${committed} to ${begin} to retention`)
      }
      await handler.onAssigned(partition, signal)
      if (this.#state !== opening) throw new LostPartition()
      const position = Math.max(committed, begin)
      this.#state = { name: 'open', producer, position }
      this.#seek(position)
      const end = (await stableOffsets(admin, topic)).get(partition) ?? position
      meter.lag(partition, Math.max(0, end - position))
    } catch (error) {
      this.close()
      handler.onRevoked(partition)
      throw error
    } finally {
      clearInterval(alive)
    }
  }

  /**
   * @param end the last stable offset as of the fetch
   * @throws LostPartition where the partition went to another member meanwhile
   */
  async #commit(open: Open, fetched: Batch, end: number): Promise<void> {
    const { handler, options } = this.#context
    const started = performance.now()
    const refusals = this.#refusals
    const batch = refusals.mark(fetched)
    await handler.prepare?.([batch])
    // Preparing takes as long as a registry does: the handler has given up what was lost by then.
    if (this.#state !== open) throw new LostPartition()
    const output = processWith(handler, [batch])
    const transaction = await open.producer.transaction()
    try {
      if (refusals.isTracing) await sendCarefully(transaction, output)
      else await send(transaction, output)
      const { groupId, topic } = options
      const partitions = [{ partition: batch.partition, offset: String(batch.next) }]
      await sendOffsets(transaction, { consumerGroupId: groupId, topics: [{ topic, partitions }] })
      await transaction.commit()
    } catch (error) {
      await transaction.abort().catch(() => undefined)
      if (error instanceof OutputRefusedError) refusals.learn([batch], error)
      throw error
    }
    open.position = batch.next
    refusals.settle([batch])
    options.meter.transaction(batch.records.length, performance.now() - started)
    if (this.#state === open) options.meter.lag(batch.partition, Math.max(0, end - batch.next))
  }

  /** Closes the partition, and ends the stream or waits a moment, as the error asks for. */
  async #recover(error: Error, heartbeat: Heartbeat): Promise<void> {
    const { options, signal, fail } = this.#context
    if (error instanceof LostPartition) return
    this.close()
    if (signal.aborted) return
    if (error instanceof HandlerFault || errorNames(error).some(isFatalError)) {
      fail(error)
      return
    }
    options.meter.aborted()
    if (error instanceof OutputRefusedError) return
    if (isFencing(error)) options.meter.fenced()
    options.warn(
      `${options.application}: partition ${this.#partition}: ${error.message}; starting over from what was committed`,
    )
    await sleep(BACKOFF_MS, undefined, { signal }).catch(() => undefined)
    await heartbeat().catch(() => undefined)
  }
}
