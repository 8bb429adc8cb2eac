import { randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { findErrorBy, type MessageToProduce, type Producer } from '@platformatic/kafka'
import { transactionalIdPrefix } from '../catalog/groups.ts'
import { SteadyConsumer } from './known-topics.ts'
import { platformaticOptions } from './platformatic-client.ts'
import { type Fetched, PlatformaticFetcher } from './platformatic-fetcher.ts'
import type { Profile } from './profile.ts'
import {
  type Batch,
  HandlerFault,
  type OutputRecord,
  processWith,
  type StreamHandler,
  type StreamOptions,
  type StreamPort,
  type StreamRecord,
  transactionTimeoutMs,
} from './stream-port.ts'
import { TransactionalProducer } from './transactional-producer.ts'

const FETCH_WAIT_MS = 100
const BACKOFF_MS = 200
const MAX_BACKOFF_MS = 3_000
/** How long the cluster may be away before the process gives up. */
const PATIENCE_MS = 300_000

/** Which member of the group we are: what the broker checks before it takes our offsets. */
interface Membership {
  readonly generationId: number
  readonly memberId: string
  readonly partitions: readonly number[]
}

/**
 * The stream port on @platformatic/kafka: one transactional id for each process, all its partitions in one transaction.
 * A process that lost its partitions is fenced by the generation that goes with its offsets (KIP-447).
 */
export class PlatformaticStream implements StreamPort {
  readonly #profile: Profile
  readonly #options: StreamOptions
  readonly #transactionalId: string

  constructor(profile: Profile, options: StreamOptions) {
    this.#profile = profile
    this.#options = options
    this.#transactionalId = `${transactionalIdPrefix(options.groupId)}${randomUUID()}`
  }

  async run(handler: StreamHandler, signal: AbortSignal): Promise<void> {
    let backoff = BACKOFF_MS
    let troubleSince: number | undefined
    while (!signal.aborted) {
      const session = new Session(this.#profile, this.#options, this.#transactionalId, handler)
      try {
        await session.work(signal, () => {
          if (troubleSince !== undefined) this.#options.warn(`${this.#options.application}: working again`)
          backoff = BACKOFF_MS
          troubleSince = undefined
        })
      } catch (error) {
        if (signal.aborted) return
        if (isFatal(error as Error)) throw error
        this.#options.meter.aborted()
        if (isFencing(error as Error)) this.#options.meter.fenced()
        const now = Date.now()
        if (troubleSince === undefined) {
          this.#options.warn(
            `${this.#options.application}: ${explain(error as Error)}; starting over from what was committed`,
          )
        }
        troubleSince ??= now
        if (now - troubleSince > PATIENCE_MS) throw error
        await sleep(backoff, undefined, { signal }).catch(() => undefined)
        backoff = Math.min(backoff * 2, MAX_BACKOFF_MS)
      } finally {
        await session.close()
      }
    }
  }
}

/** One membership of the group with one producer, from joining to the first failure. */
class Session {
  readonly #options: StreamOptions
  readonly #handler: StreamHandler
  readonly #consumer: SteadyConsumer
  readonly #producer: TransactionalProducer
  readonly #fetcher: PlatformaticFetcher
  readonly #positions = new Map<number, number>()
  readonly #fetched = new Map<number, Fetched>()
  /** A transaction that was begun and not used yet. */
  #transaction: Awaited<ReturnType<Producer['beginTransaction']>> | undefined
  #membership: Membership | undefined
  #rebalanced: Membership | undefined
  #failure: Error | undefined

  constructor(profile: Profile, options: StreamOptions, transactionalId: string, handler: StreamHandler) {
    this.#options = options
    this.#handler = handler
    const base = platformaticOptions(profile, options.application)
    this.#consumer = new SteadyConsumer({
      ...base,
      groupId: options.groupId,
      autocommit: false,
      sessionTimeout: options.sessionTimeoutMs,
      rebalanceTimeout: Math.max(options.sessionTimeoutMs, 30_000),
      heartbeatInterval: Math.min(1_000, options.sessionTimeoutMs / 3),
    })
    // Its one time-out is also what it gives the broker as the transaction's.
    const timeout = transactionTimeoutMs(options)
    this.#producer = new TransactionalProducer({
      ...base,
      timeout,
      transactionalId,
      idempotent: true,
      acks: -1,
      // None yet: by default it asks for the next epoch of producer 0, which the broker takes for a zombie's request.
      producerId: -1n,
      producerEpoch: -1,
    })
    this.#fetcher = new PlatformaticFetcher(this.#consumer, base.clientId, base)
    this.#consumer.on('consumer:group:join', ({ generationId, memberId, assignments }) => {
      const own = assignments?.find(({ topic }) => topic === options.topic)
      this.#rebalanced = { generationId: generationId ?? -1, memberId, partitions: own?.partitions ?? [] }
    })
    // Without a listener an error event would end the process; a failed rejoin is one.
    this.#consumer.on('error', (error) => {
      this.#failure ??= error as Error
    })
  }

  async work(signal: AbortSignal, onProgress: () => void): Promise<void> {
    // Initialises the producer, which ends what this process itself may have left open: restoring would wait for it.
    this.#transaction = await this.#producer.beginTransaction({ acks: -1, idempotent: true })
    this.#consumer.topics.track(this.#options.topic)
    await this.#consumer.joinGroup({})
    let committing: Promise<void> = Promise.resolve()
    while (!signal.aborted) {
      if (this.#failure) throw this.#failure
      if (this.#rebalanced) {
        await committing
        await this.#takeOver(this.#rebalanced, signal)
        continue
      }
      const batches = await this.#gather(signal)
      if (this.#rebalanced) continue
      if (batches.length === 0) {
        await committing
        continue
      }
      // What comes next is fetched and processed while the broker writes what came before.
      const output = processWith(this.#handler, batches)
      await committing
      committing = this.#commit(batches, output, this.#membership as Membership)
      // Awaited above, in the next round; until then a rejection is not unhandled.
      committing.then(onProgress, () => undefined)
    }
    await committing
  }

  async close(): Promise<void> {
    for (const partition of this.#membership?.partitions ?? []) this.#handler.close(partition)
    this.#membership = undefined
    const quietly = (closing: Promise<unknown>) => closing.catch(() => undefined)
    await quietly(this.#fetcher.close())
    await quietly(Promise.resolve(this.#consumer.leaveGroup(true)))
    await Promise.all([quietly(this.#consumer.close(true)), quietly(this.#producer.close(true))])
  }

  /** Keeps what stays ours without a gap, forgets the rest, and restores what is new. */
  async #takeOver(next: Membership, signal: AbortSignal): Promise<void> {
    const before = this.#membership
    const isContinuous = before?.memberId === next.memberId && before.generationId + 1 === next.generationId
    const kept = isContinuous
      ? next.partitions.filter((partition) => before.partitions.includes(partition))
      : []
    for (const partition of before?.partitions ?? []) {
      if (!kept.includes(partition)) this.#forget(partition)
    }
    this.#membership = { ...next, partitions: kept }
    this.#rebalanced = undefined
    const opening = next.partitions.filter((partition) => !kept.includes(partition))
    if (opening.length > 0) {
      const group = { groupId: this.#options.groupId, coordinator: this.#consumer.coordinatorId ?? -1 }
      const committed = await this.#fetcher.committedOffsets(group, this.#options.topic, opening, signal)
      const begins = await this.#consumer.listOffsets({ topics: [this.#options.topic], timestamp: -2n })
      for (const partition of opening) {
        // Another rebalance has taken over: what is open is enough for it to compare with.
        if (this.#rebalanced) break
        this.#membership = { ...next, partitions: [...this.#membership.partitions, partition] }
        await this.#handler.open(partition, signal)
        const begin = Number(begins.get(this.#options.topic)?.[partition] ?? 0n)
        const offset = committed.get(partition) ?? begin
        if (offset < begin) {
          this.#options.warn(
            `${this.#options.application}: ${this.#options.topic}/${partition} lost offsets ${offset} to ${begin} to retention`,
          )
        }
        this.#positions.set(partition, Math.max(offset, begin))
      }
    }
  }

  #forget(partition: number): void {
    this.#handler.close(partition)
    this.#positions.delete(partition)
    this.#fetched.delete(partition)
  }

  /** Collects records until there are enough for a transaction, or the oldest has waited long enough. */
  async #gather(signal: AbortSignal): Promise<Batch[]> {
    const { batchSize, commitIntervalMs, topic } = this.#options
    let deadline: number | undefined
    for (;;) {
      const waiting = this.#waiting()
      if (waiting > 0) deadline ??= performance.now() + commitIntervalMs
      const left = deadline === undefined ? FETCH_WAIT_MS : deadline - performance.now()
      if (waiting >= batchSize || left <= 0 || signal.aborted || this.#rebalanced || this.#failure) break
      const wanted = new Map(
        [...this.#positions]
          .filter(([partition]) => (this.#fetched.get(partition)?.records.length ?? 0) === 0)
          .map(([partition, position]) => [partition, this.#fetched.get(partition)?.next ?? position]),
      )
      if (wanted.size === 0) {
        if (waiting > 0) break
        await sleep(Math.min(left, FETCH_WAIT_MS), undefined, { signal }).catch(() => undefined)
        if (this.#positions.size === 0) break
        continue
      }
      const fetched = await this.#fetcher.fetch(
        topic,
        wanted,
        Math.max(1, Math.floor(Math.min(left, FETCH_WAIT_MS))),
      )
      for (const one of fetched) this.#fetched.set(one.partition, one)
      if (waiting === 0 && this.#waiting() === 0) break
    }
    return this.#take(batchSize)
  }

  #waiting(): number {
    let count = 0
    for (const { records } of this.#fetched.values()) count += records.length
    return count
  }

  /**
   * Up to so many records of what was fetched, an equal share of each partition. A partition of which only transaction
   * markers were fetched gives an empty batch, so that the group's offset passes them.
   */
  #take(limit: number): Batch[] {
    const batches: Batch[] = []
    const ready = [...this.#fetched.values()].filter(
      ({ partition, records, next }) => records.length > 0 || next > (this.#positions.get(partition) ?? 0),
    )
    let left = limit
    for (const [index, fetched] of ready.entries()) {
      const share = Math.ceil(left / (ready.length - index))
      const records = fetched.records.slice(0, share)
      const rest = fetched.records.slice(share)
      const next = rest[0]?.offset ?? fetched.next
      left -= records.length
      batches.push({ partition: fetched.partition, records, next })
      this.#positions.set(fetched.partition, next)
      if (rest.length > 0) this.#fetched.set(fetched.partition, { ...fetched, records: rest })
      else this.#fetched.delete(fetched.partition)
      this.#options.meter.lag(fetched.partition, Math.max(0, fetched.end - next))
      if (left <= 0) break
    }
    return batches
  }

  async #commit(
    batches: readonly Batch[],
    output: readonly OutputRecord[],
    member: Membership,
  ): Promise<void> {
    const started = performance.now()
    const transaction =
      this.#transaction ?? (await this.#producer.beginTransaction({ acks: -1, idempotent: true }))
    this.#transaction = undefined
    try {
      await transaction.addConsumer(this.#consumer)
      if (output.length > 0)
        await transaction.send({ messages: output.map(messageOf), acks: -1, idempotent: true })
      for (const batch of batches) await transaction.addOffset(this.#lastOf(batch, member))
      await transaction.commit()
    } catch (error) {
      await transaction.abort().catch(() => undefined)
      throw error
    }
    let records = 0
    for (const batch of batches) records += batch.records.length
    this.#options.meter.transaction(records, performance.now() - started)
  }

  /** What addOffset reads of a message: where it lies, and as which member we read it. */
  #lastOf(batch: Batch, { generationId, memberId }: Membership) {
    const { groupId, topic } = this.#options
    const consumer = { groupId, generationId, memberId, coordinatorId: this.#consumer.coordinatorId }
    const place = {
      topic,
      partition: batch.partition,
      offset: BigInt(batch.next - 1),
      metadata: { consumer },
    }
    return place as unknown as Parameters<Awaited<ReturnType<Producer['beginTransaction']>>['addOffset']>[0]
  }
}

function messageOf({ topic, partition, timestamp, key, value, headers }: OutputRecord) {
  return {
    topic,
    partition,
    timestamp: BigInt(timestamp),
    key,
    value,
    ...(headers.length > 0 ? { headers: new Map(headers as StreamRecord['headers']) } : {}),
    // Its types know no null; what it writes does.
  } as MessageToProduce<Buffer, Buffer, Buffer, Buffer>
}

const FENCED = [
  'PRODUCER_FENCED',
  'INVALID_PRODUCER_EPOCH',
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'FENCED_INSTANCE_ID',
]

/** Refused by the broker because somebody else has taken over. */
function isFencing(error: Error): boolean {
  return FENCED.some((apiId) => findErrorBy(error, 'apiId', apiId))
}

const FATAL = [
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'TRANSACTIONAL_ID_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'SASL_AUTHENTICATION_FAILED',
  'INVALID_TRANSACTION_TIMEOUT',
  'UNSUPPORTED_VERSION',
  'MESSAGE_TOO_LARGE',
]

/** What no retry can help: the broker refuses, or the fault is ours. */
function isFatal(error: Error): boolean {
  return (
    findErrorBy(error, 'code', 'PLT_KFK_USER') !== null ||
    error instanceof HandlerFault ||
    FATAL.some((apiId) => findErrorBy(error, 'apiId', apiId))
  )
}

/** The innermost message: the outer ones say only that something failed. */
function explain(error: Error): string {
  const inner = (error as AggregateError).errors?.at(-1) ?? error.cause
  return inner instanceof Error ? explain(inner) : error.message
}
