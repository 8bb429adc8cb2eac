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
 * How long kafkajs waits before it retries CONCURRENT_TRANSACTIONS, in ms, which the first request meets in a transaction
 * right after another. With kafkajs's default of 300 ms there are only six transactions a second.
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
  /** Ends the stream with an error that no retry helps. */
  readonly fail: (error: Error) => void
}

type Heartbeat = () => Promise<void>

/** A failed or lost partition is closed; its next batch opens it. */
type State =
  | { readonly name: 'closed' }
  /** The producer fences the partition's former owner, and the handler restores its state. */
  | { readonly name: 'opening'; readonly producer: Producer }
  | {
      readonly name: 'open'
      readonly producer: Producer
      /** The next offset to process. */
      position: number
    }

type Open = Extract<State, { name: 'open' }>

const CLOSED: State = { name: 'closed' }

/** Another member got the partition while it was opened or a batch prepared. No transaction was begun. */
class LostPartition extends Error {}

/** One input partition of a KafkajsStream: its first batch opens it; a loss or a failed transaction closes it. */
export class KafkajsPartition {
  readonly #partition: number
  readonly #context: PartitionContext
  #state: State = CLOSED
  #refusals: Refusals
  /** The work under way, which may outlive the state in which it began. */
  #working: Promise<void> | undefined

  constructor(partition: number, context: PartitionContext) {
    this.#partition = partition
    this.#context = context
    this.#refusals = new Refusals(context.options)
  }

  /** Processes a fetched batch, in transactions of at most the batch size. */
  take(payload: EachBatchPayload): Promise<void> {
    return this.#alone(Number(payload.batch.firstOffset()), () => this.#take(payload))
  }

  /**
   * Commits an offset past markers and aborted records, which kafkajs hands to no handler, so that the group's lag does not
   * count them. kafkajs moves past them even if the commit fails, so a failure makes it fetch the marker again.
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

  /** The group has assigned the partition to another member. */
  lose(): void {
    this.close()
    this.#refusals = new Refusals(this.#context.options)
  }

  /** Closes the partition, so that its next batch opens it again from the committed offset. */
  close(): void {
    const state = this.#state
    if (state.name === 'closed') return
    this.#state = CLOSED
    void state.producer.disconnect().catch(() => undefined)
    // While the partition opens, the handler is busy with it: `#open` then revokes it at its end.
    if (state.name === 'open') this.#context.handler.onRevoked(this.#partition)
  }

  /** Resolves when the work under way is over. */
  async idle(): Promise<void> {
    await this.#working
  }

  /**
   * Runs work on the partition, one at a time. Work can overlap because kafkajs keeps fetching while an offset past markers is
   * committed, and because a restarted consumer hands over again a batch that may still be in progress. Overlapping work is
   * dropped: after the work under way, the consumer fetches again from where that work ended.
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
        // After the last record, the offset moves past the markers at the end of the batch too.
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

  /** Takes the partition over: ends the former owner's transaction, then reads the offset, then restores. */
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
    let position: number
    let isAssigned = false
    try {
      await producer.connect()
      // kafkajs takes the transactional id over with the first transaction only. Until then the former owner could still
      // commit, beyond the offset that is read next.
      await (await producer.transaction()).abort()
      const committed = (await stableOffset(profile, { groupId, topic, partition }, signal)) ?? -1
      const begin = (await beginningOffsets(admin, topic)).get(partition) ?? 0
      if (committed >= 0 && committed < begin) {
        warn(`${application}: ${topic}/${partition} lost offsets ${committed} to ${begin} to retention`)
      }
      isAssigned = true
      await handler.onAssigned(partition, signal)
      if (this.#state !== opening) throw new LostPartition()
      position = Math.max(committed, begin)
    } catch (error) {
      this.close()
      if (isAssigned) handler.onRevoked(partition)
      throw error
    } finally {
      clearInterval(alive)
    }
    this.#state = { name: 'open', producer, position }
    this.#seek(position)
    const end = (await stableOffsets(admin, topic)).get(partition) ?? position
    meter.lag(partition, Math.max(0, end - position))
  }

  /**
   * @param end the last stable offset as of the fetch
   * @throws LostPartition if another member got the partition meanwhile
   */
  async #commit(open: Open, fetched: Batch, end: number): Promise<void> {
    const { handler, options } = this.#context
    const started = performance.now()
    const refusals = this.#refusals
    const batch = refusals.mark(fetched)
    await handler.prepare?.([batch])
    // Preparing may take long, and the handler may have lost the partition meanwhile.
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
    options.meter.transaction(batch.records.length, performance.now() - started, [batch])
    if (this.#state === open) options.meter.lag(batch.partition, Math.max(0, end - batch.next))
  }

  /** Closes the partition; then ends the stream if no retry helps, else waits a moment. */
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
