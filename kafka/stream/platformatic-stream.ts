import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { transactionalIdPrefix } from '../../catalog/groups.ts'
import { explain } from '../platformatic/explain.ts'
import { GroupMember } from '../platformatic/group-member.ts'
import { type Fetched, PlatformaticFetcher } from '../platformatic/platformatic-fetcher.ts'
import { platformaticOptions } from '../platformatic/platformatic-options.ts'
import type { Profile } from '../profile/profile.ts'
import type { OutputRecord } from '../protocol/record.ts'
import { isFatal, isFencing } from './platformatic-failure.ts'
import { OutputRefusedError } from './refusal.ts'
import { Refusals } from './refusals.ts'
import {
  type Batch,
  processWith,
  type StreamHandler,
  type StreamOptions,
  type StreamPort,
  transactionTimeoutMs,
} from './stream-port.ts'
import { TransactionWriter } from './transaction-writer.ts'

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
    const refusals = new Refusals(this.#options)
    while (!signal.aborted) {
      const session = new Session(this.#profile, this.#options, this.#transactionalId, handler, refusals)
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
  readonly #refusals: Refusals
  readonly #consumer: GroupMember
  readonly #writer: TransactionWriter
  readonly #fetcher: PlatformaticFetcher
  readonly #positions = new Map<number, number>()
  readonly #fetched = new Map<number, Fetched>()
  #membership: Membership | undefined
  #rebalanced: Membership | undefined
  /** The group is being joined anew: what is begun now would be refused, as from a member of the generation before. */
  #joining = false
  /** Some batch is between being taken and being committed. */
  #isBusy = false
  #onIdle: (() => void) | undefined
  #failure: Error | undefined

  constructor(
    profile: Profile,
    options: StreamOptions,
    transactionalId: string,
    handler: StreamHandler,
    refusals: Refusals,
  ) {
    this.#options = options
    this.#refusals = refusals
    this.#handler = handler
    const base = platformaticOptions(profile, options.application)
    this.#consumer = new GroupMember(
      {
        ...base,
        groupId: options.groupId,
        autocommit: false,
        sessionTimeout: options.sessionTimeoutMs,
        rebalanceTimeout: Math.max(options.sessionTimeoutMs, 30_000),
        heartbeatInterval: Math.min(1_000, options.sessionTimeoutMs / 3),
      },
      () => this.#beforeJoin(),
    )
    this.#fetcher = new PlatformaticFetcher(this.#consumer, base.clientId, base)
    this.#writer = new TransactionWriter(this.#consumer, {
      clientId: base.clientId,
      connection: base,
      transactionalId,
      timeoutMs: transactionTimeoutMs(options),
      groupId: options.groupId,
      topic: options.topic,
    })
    this.#consumer.on('consumer:group:join', ({ generationId, memberId, assignments }) => {
      const own = assignments?.find(({ topic }) => topic === options.topic)
      this.#joining = false
      this.#rebalanced = { generationId: generationId ?? -1, memberId, partitions: own?.partitions ?? [] }
    })
    // Without a listener an error event would end the process; a failed rejoin is one.
    this.#consumer.on('error', (error) => {
      this.#failure ??= error as Error
    })
  }

  /**
   * @param onProgress called whenever it shows that the session works: a transaction was committed, or all that there is to
   * read was read
   */
  async work(signal: AbortSignal, onProgress: () => void): Promise<void> {
    // Ends what this process itself may have left open: restoring would wait for it.
    await this.#writer.init()
    this.#consumer.topics.track(this.#options.topic)
    await this.#consumer.joinGroup({})
    while (!signal.aborted) {
      try {
        await this.#workUntilRefused(signal, onProgress)
      } catch (error) {
        if (!(error instanceof OutputRefusedError)) throw error
        await this.#startOver()
      }
    }
  }

  async #workUntilRefused(signal: AbortSignal, onProgress: () => void): Promise<void> {
    let committing: Promise<void> = Promise.resolve()
    while (!signal.aborted) {
      if (this.#failure) throw this.#failure
      if (this.#joining || this.#rebalanced) {
        await committing
        this.#idle()
        if (this.#rebalanced) await this.#takeOver(this.#rebalanced, signal)
        else await once(this.#consumer, 'consumer:group:join', { signal })
        continue
      }
      await this.#gather(signal)
      // Taken only now: what is taken and then not processed would be passed over.
      if (this.#joining || this.#rebalanced) continue
      const batches = this.#take(this.#refusals.limit).map((batch) => this.#refusals.mark(batch))
      if (batches.length === 0) {
        await committing
        this.#idle()
        if (!this.#failure) onProgress()
        continue
      }
      this.#isBusy = true
      // What comes next is fetched and processed while the broker writes what came before.
      await this.#handler.prepare?.(batches)
      const output = processWith(this.#handler, batches)
      await committing
      committing = this.#commit(batches, output, this.#membership as Membership)
      // Awaited above, in the next round; until then a rejection is not unhandled.
      committing.then(onProgress, () => undefined)
    }
    await committing
  }

  /** Closes all partitions and has them opened again from what was committed, as the same member of the group. */
  async #startOver(): Promise<void> {
    this.#options.meter.aborted()
    const member = this.#membership as Membership
    for (const partition of member.partitions) this.#forget(partition)
    this.#membership = undefined
    await this.#writer.init()
    // Where the group is being joined again, it says next which partitions are ours.
    if (!this.#joining) this.#rebalanced ??= member
    this.#idle()
  }

  /** Called before the group is joined again: what we have begun is first finished, as the member that we still are. */
  #beforeJoin(): Promise<void> {
    this.#joining = true
    return new Promise((resolve) => {
      if (this.#isBusy) this.#onIdle = resolve
      else resolve()
    })
  }

  #idle(): void {
    this.#isBusy = false
    this.#onIdle?.()
    this.#onIdle = undefined
  }

  async close(): Promise<void> {
    this.#idle()
    for (const partition of this.#membership?.partitions ?? []) this.#handler.onRevoked(partition)
    this.#membership = undefined
    const quietly = (closing: Promise<unknown>) => closing.catch(() => undefined)
    await quietly(this.#fetcher.close())
    await quietly(Promise.resolve(this.#consumer.leaveGroup(true)))
    await Promise.all([quietly(this.#consumer.close(true)), quietly(this.#writer.close())])
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
    this.#refusals.keep(next.partitions)
    const opening = next.partitions.filter((partition) => !kept.includes(partition))
    if (opening.length > 0) {
      const group = { groupId: this.#options.groupId, coordinator: this.#consumer.coordinatorId ?? -1 }
      const committed = await this.#fetcher.committedOffsets(group, this.#options.topic, opening, signal)
      const begins = await this.#consumer.listOffsets({ topics: [this.#options.topic], timestamp: -2n })
      for (const partition of opening) {
        // Another rebalance has taken over: what is open is enough for it to compare with.
        if (this.#rebalanced) break
        this.#membership = { ...next, partitions: [...this.#membership.partitions, partition] }
        await this.#handler.onAssigned(partition, signal)
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
    this.#handler.onRevoked(partition)
    this.#positions.delete(partition)
    this.#fetched.delete(partition)
  }

  /** Fetches until there are enough records for a transaction, or the oldest has waited long enough. */
  async #gather(signal: AbortSignal): Promise<void> {
    const { batchSize, commitIntervalMs, topic } = this.#options
    let deadline: number | undefined
    for (;;) {
      const waiting = this.#waiting()
      if (waiting > 0) deadline ??= performance.now() + commitIntervalMs
      const left = deadline === undefined ? FETCH_WAIT_MS : deadline - performance.now()
      if (waiting >= batchSize || left <= 0 || signal.aborted || this.#isInterrupted) break
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
  }

  get #isInterrupted(): boolean {
    return this.#joining || this.#rebalanced !== undefined || this.#failure !== undefined
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
    try {
      await this.#writer.commit(output, member, batches, this.#refusals.isTracing)
    } catch (error) {
      if (error instanceof OutputRefusedError) this.#refusals.learn(batches, error)
      throw error
    }
    this.#refusals.settle(batches)
    let records = 0
    for (const batch of batches) records += batch.records.length
    this.#options.meter.transaction(records, performance.now() - started)
  }
}
