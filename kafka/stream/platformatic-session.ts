import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { GroupMember } from '../platformatic/group-member.ts'
import { PlatformaticFetcher } from '../platformatic/platformatic-fetcher.ts'
import { platformaticOptions } from '../platformatic/platformatic-options.ts'
import type { Profile } from '../profile/profile.ts'
import type { OutputRecord } from '../protocol/record.ts'
import { FetchBuffer } from './fetch-buffer.ts'
import { OutputRefusedError } from './refusal.ts'
import type { Refusals } from './refusals.ts'
import {
  BEFORE_JOINING,
  type Membership,
  nextState,
  type SessionEvent,
  type SessionState,
} from './session-state.ts'
import {
  type Batch,
  processWith,
  type StreamHandler,
  type StreamOptions,
  transactionTimeoutMs,
} from './stream-port.ts'
import { TransactionWriter } from './transaction-writer.ts'

const FETCH_WAIT_MS = 100

/** What a stream's sessions share. */
export interface SessionContext {
  readonly profile: Profile
  readonly options: StreamOptions
  readonly transactionalId: string
  readonly handler: StreamHandler
  readonly refusals: Refusals
}

/** One membership of the group with one producer, from joining to the first failure. */
export class PlatformaticSession {
  readonly #options: StreamOptions
  readonly #handler: StreamHandler
  readonly #refusals: Refusals
  readonly #consumer: GroupMember
  readonly #writer: TransactionWriter
  readonly #fetcher: PlatformaticFetcher
  readonly #buffer = new FetchBuffer()
  #state: SessionState = BEFORE_JOINING
  /** Set while a batch is in flight, from taking its records until the commit has succeeded or failed. */
  #inFlight: PromiseWithResolvers<void> | undefined

  constructor({ profile, options, transactionalId, handler, refusals }: SessionContext) {
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
      // Finishes the transaction under way before it rejoins, while its generation is still valid.
      async () => {
        this.#on({ name: 'joining' })
        await this.#inFlight?.promise
      },
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
      const partitions = own?.partitions ?? []
      this.#on({ name: 'joined', next: { generationId: generationId ?? -1, memberId, partitions } })
    })
    // Without a listener an error event, of a failed rejoin for example, would end the process.
    this.#consumer.on('error', (error) => this.#on({ name: 'failed', error: error as Error }))
  }

  /**
   * Works until the signal is aborted and the transaction under way is over.
   * @param onProgress called whenever the session turns out to work: a transaction was committed, or everything there is to
   * read was read
   */
  async work(signal: AbortSignal, onProgress: () => void): Promise<void> {
    // Ends a transaction that this process may have left open; restoring would wait for it.
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

  async close(): Promise<void> {
    this.#finishFlight()
    for (const partition of this.#state.held?.partitions ?? []) this.#handler.onRevoked(partition)
    this.#on({ name: 'closed' })
    this.#options.meter.assigned(undefined)
    const quietly = (closing: Promise<unknown>) => closing.catch(() => undefined)
    await quietly(this.#fetcher.close())
    await quietly(Promise.resolve(this.#consumer.leaveGroup(true)))
    await Promise.all([quietly(this.#consumer.close(true)), quietly(this.#writer.close())])
  }

  #on(event: SessionEvent): void {
    this.#state = nextState(this.#state, event)
  }

  async #workUntilRefused(signal: AbortSignal, onProgress: () => void): Promise<void> {
    let committing: Promise<void> = Promise.resolve()
    while (!signal.aborted) {
      if (this.#state.name !== 'working') {
        if (this.#state.name === 'failed') throw this.#state.error
        await committing
        this.#finishFlight()
        await this.#becomeWorking(signal)
        continue
      }
      await this.#gather(signal)
      // Takes records only now: records that are taken and then not processed would be skipped.
      const { name, held } = this.#state
      if (name !== 'working') continue
      const batches = this.#buffer.take(this.#refusals.limit).map((batch) => this.#refusals.mark(batch))
      if (batches.length === 0) {
        await committing
        this.#finishFlight()
        if (!this.#isFailed) onProgress()
        continue
      }
      this.#inFlight ??= Promise.withResolvers()
      // Processes this batch while the broker still writes the one before.
      await this.#handler.prepare?.(batches)
      const output = processWith(this.#handler, batches)
      await committing
      committing = this.#commit(batches, output, held)
      // The next round awaits the commit; this handler only keeps a rejection from being unhandled until then.
      committing.then(onProgress, () => undefined)
    }
    await committing
  }

  /** Takes one step towards the state `working`. */
  async #becomeWorking(signal: AbortSignal): Promise<void> {
    const state = this.#state
    if (state.name === 'joining') await once(this.#consumer, 'consumer:group:join', { signal })
    else if (state.name === 'assigned') await this.#takeOver(state.held, state.next, signal)
  }

  get #isFailed(): boolean {
    return this.#state.name === 'failed'
  }

  /** Revokes all partitions, so that the same member opens them again from the committed offsets. */
  async #startOver(): Promise<void> {
    this.#options.meter.aborted()
    for (const partition of this.#state.held?.partitions ?? []) this.#forget(partition)
    this.#on({ name: 'refused' })
    await this.#writer.init()
    this.#finishFlight()
  }

  /** Releases a rejoin that waits for the batch in flight. */
  #finishFlight(): void {
    this.#inFlight?.resolve()
    this.#inFlight = undefined
  }

  /** Keeps the partitions that stay open, revokes the lost ones, and opens the new ones. */
  async #takeOver(held: Membership | undefined, next: Membership, signal: AbortSignal): Promise<void> {
    this.#on({ name: 'takeover' })
    const kept = this.#state.held?.partitions ?? []
    for (const partition of held?.partitions ?? []) if (!kept.includes(partition)) this.#forget(partition)
    this.#refusals.keep(next.partitions)
    const opening = next.partitions.filter((partition) => !kept.includes(partition))
    if (opening.length > 0) await this.#open(opening, signal)
    this.#options.meter.assigned(next.partitions.length)
  }

  async #open(opening: readonly number[], signal: AbortSignal): Promise<void> {
    const { topic } = this.#options
    const group = { groupId: this.#options.groupId, coordinator: this.#consumer.coordinatorId ?? -1 }
    const committed = await this.#fetcher.committedOffsets(group, topic, opening, signal)
    const begins = await this.#consumer.listOffsets({ topics: [topic], timestamp: -2n })
    for (const partition of opening) {
      // A newer assignment has arrived; taking it over keeps the partitions that are open by now.
      if (this.#state.name === 'assigned') break
      this.#on({ name: 'opening', partition })
      await this.#handler.onAssigned(partition, signal)
      const begin = Number(begins.get(topic)?.[partition] ?? 0n)
      const offset = committed.get(partition) ?? begin
      if (offset < begin) {
        this.#options.warn(
          `${this.#options.application}: ${topic}/${partition} lost offsets ${offset} to ${begin} to retention`,
        )
      }
      this.#buffer.open(partition, Math.max(offset, begin))
    }
  }

  #forget(partition: number): void {
    this.#handler.onRevoked(partition)
    this.#buffer.forget(partition)
  }

  /** Fetches until there are enough records for a transaction, or the oldest record has waited long enough. */
  async #gather(signal: AbortSignal): Promise<void> {
    const { batchSize, commitIntervalMs, topic } = this.#options
    let deadline: number | undefined
    for (;;) {
      const { waiting } = this.#buffer
      if (waiting > 0) deadline ??= performance.now() + commitIntervalMs
      const left = deadline === undefined ? FETCH_WAIT_MS : deadline - performance.now()
      if (waiting >= batchSize || left <= 0 || signal.aborted || this.#state.name !== 'working') break
      const wanted = this.#buffer.toFetch()
      const waitMs = Math.max(1, Math.floor(Math.min(left, FETCH_WAIT_MS)))
      if (wanted.size === 0) {
        if (waiting === 0) await sleep(waitMs, undefined, { signal }).catch(() => undefined)
        break
      }
      for (const fetched of await this.#fetcher.fetch(topic, wanted, waitMs)) {
        this.#buffer.add(fetched)
        this.#reportLag(fetched.partition)
      }
      if (waiting === 0 && this.#buffer.waiting === 0) break
    }
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
    for (const batch of batches) {
      records += batch.records.length
      this.#buffer.committed(batch.partition, batch.next)
      this.#reportLag(batch.partition)
    }
    this.#options.meter.transaction(records, performance.now() - started, batches)
  }

  #reportLag(partition: number): void {
    this.#options.meter.lag(partition, this.#buffer.lag(partition))
  }
}
