import { MAIN_STORE, TIMERS } from '../../catalog/processors.ts'
import type { OutputRecord, StreamRecord } from '../../kafka/protocol/record.ts'
import { applyChangelog, type Changelogged, changelogRecords } from '../store/changelog.ts'
import type { Clock } from '../store/clock.ts'
import { type Codec, type Store, TimedStore } from '../store/store.ts'
import { TimerQueue } from '../store/timer-queue.ts'
import type { StoreSize } from './metrics.ts'
import type { NoStores, Processor } from './processor.ts'

/** The main store of a processor that declares none. */
const NO_CODEC: Codec<never> = {
  encode: () => {
    throw new Error('a processor without a codec has no main store')
  },
  decode: () => {
    throw new Error('a processor without a codec has no main store')
  },
}

/** What is kept of one partition. */
type Kept = Changelogged & {
  readonly size: number
  readonly liveBytes: number
  readonly bytes: number
  advance(streamTime: number): void
}

type BoundStore = Kept & Pick<TimedStore<unknown>, 'bound'>

/** All that a processor keeps of one partition: its stores, its timers, and stream time. */
export class PartitionState<V, S = NoStores> {
  readonly main: TimedStore<V>
  readonly stores: { readonly [N in keyof S]: Store<S[N]> }
  /** Undefined for a processor that sets none. */
  readonly timers: TimerQueue | undefined
  readonly #timed: BoundStore[] = []
  readonly #kept = new Map<string, Kept>()
  readonly #clock: Clock
  #streamTime = Number.NEGATIVE_INFINITY

  constructor({ codec, stores, onTimer, clock = 'event time' }: StateDeclaration<V, S>, retentionMs: number) {
    this.#clock = clock
    this.main = new TimedStore(retentionMs, codec ?? NO_CODEC)
    if (codec) this.#add(MAIN_STORE, this.main)
    const named: Record<string, TimedStore<unknown>> = {}
    for (const [name, storeCodec] of Object.entries<Codec<unknown>>(stores ?? {})) {
      if (name === MAIN_STORE || name === TIMERS)
        throw new Error(`a store may not be called ${name}: the runtime has one of this name`)
      const store = new TimedStore(retentionMs, storeCodec)
      named[name] = store
      this.#add(name, store)
    }
    this.stores = named as unknown as typeof this.stores
    if (!onTimer) return
    this.timers = new TimerQueue()
    this.#kept.set(TIMERS, this.timers)
  }

  /** The latest time that the partition has shown, in ms since the epoch; -Infinity before any. */
  get streamTime(): number {
    return this.#streamTime
  }

  /** Whether there is no store and no timer at all. */
  get isEmpty(): boolean {
    return this.#kept.size === 0
  }

  /** Moves stream time on and removes what is over; stream time never moves back. */
  advance(streamTime: number): void {
    if (streamTime <= this.#streamTime) return
    this.#streamTime = streamTime
    for (const kept of this.#kept.values()) kept.advance(streamTime)
  }

  /** Makes every entry of every store end by then. */
  bound(latest: number): void {
    for (const store of this.#timed) store.bound(latest)
  }

  /** Applies records of the changelog of a store, before the first record of the input. */
  restore(store: string, records: readonly StreamRecord[]): void {
    const kept = this.#kept.get(store)
    if (!kept) return
    applyChangelog(kept, records, this.#clock)
    // A store that is new to the processor has no changelog: stream time is that of its other stores.
    this.#streamTime = Math.max(this.#streamTime, kept.streamTime)
    for (const one of this.#kept.values()) one.restoreStreamTime(this.#streamTime)
  }

  /**
   * What has changed since the last call, as records for the changelogs.
   * @param topics the changelog of each store; nothing is written for a store without one
   * @param now ms since the epoch
   */
  takeChanges(topics: Readonly<Record<string, string>>, partition: number, now: number): OutputRecord[] {
    return [...this.#kept].flatMap(([name, kept]) => {
      const topic = topics[name]
      return topic === undefined ? [] : changelogRecords(kept, { topic, partition }, now, this.#clock)
    })
  }

  /** The size of each store, by its name. */
  sizes(): Map<string, StoreSize> {
    return new Map(
      [...this.#kept].map(([name, { size, liveBytes, bytes }]) => [
        name,
        { entries: size, liveBytes, bytes },
      ]),
    )
  }

  #add(name: string, store: BoundStore): void {
    this.#kept.set(name, store)
    this.#timed.push(store)
  }
}

type StateDeclaration<V, S> = Pick<Processor<V, never, S>, 'codec' | 'stores' | 'onTimer' | 'clock'>
