import type { OutputRecord, StreamRecord } from '../../kafka/protocol/record.ts'
import { STREAM_TIME, type TimerQueue } from '../store/timer-queue.ts'
import type { PartitionState } from './partition-state.ts'
import { type Context, type Forward, type NoStores, type Processor, TimerFault } from './processor.ts'
import type { Topology } from './topology.ts'

/** What a task offers its processor, and collects from it. Its functions may be used without the object. */
export class TaskContext<V, E, S = NoStores> implements Context<V, S> {
  readonly store: Context<V, S>['store']
  readonly stores: Context<V, S>['stores']
  recordTimestamp = Number.NEGATIVE_INFINITY
  counted: string[] = []
  readonly #processor: Processor<V, E, S>
  readonly #state: PartitionState<V, S>
  readonly #route: Topology['route']
  #output: OutputRecord[] = []
  /** The timer whose callback is running. */
  #firing: { readonly clock: string; readonly at: number } | undefined

  constructor(processor: Processor<V, E, S>, state: PartitionState<V, S>, topology: Topology) {
    this.#processor = processor
    this.#state = state
    this.#route = topology.route
    this.store = state.main
    this.stores = state.stores
  }

  get streamTime(): number {
    return this.#state.streamTime
  }

  readonly forward = (topic: string, { key, value, headers, timestamp }: Forward): void => {
    const place = this.#route(topic, key)
    const { topic: to, partition } = place
    this.#output.push(
      this.#firing
        ? { topic: to, partition, timestamp, key, value, headers, isOfTimer: true }
        : { topic: to, partition, timestamp, key, value, headers },
    )
  }

  readonly schedule = (key: Buffer, at: number, clock = STREAM_TIME): void => {
    const earliest = this.#timeOf(clock) + 1
    this.#timers.schedule(key, at < earliest ? earliest : at, clock)
  }

  readonly cancel = (key: Buffer, clock = STREAM_TIME): void => {
    this.#timers.cancel(key, clock)
  }

  readonly tick = (clock: string, time: number): void => {
    if (clock === STREAM_TIME) throw new Error('stream time is moved by records only: name another clock')
    if (this.#firing) throw new Error('a timer may not move a clock')
    this.#fire(this.#timers, time, clock)
  }

  readonly count = (name: string): void => {
    this.counted.push(name)
  }

  /** Begins a batch, and returns the list that its output is collected in. */
  begin(): OutputRecord[] {
    this.#output = []
    this.counted = []
    return this.#output
  }

  /** A record comes next. */
  at({ timestamp }: StreamRecord): void {
    this.recordTimestamp = timestamp
  }

  /** Takes back what was sent and counted after so many. */
  takeBack(sent: number, counted: number): void {
    this.#output.length = sent
    this.counted.length = counted
  }

  /** Moves stream time on, from timer to timer. */
  advance(streamTime: number): void {
    const { timers } = this.#state
    if (timers && streamTime > this.#state.streamTime) this.#fire(timers, streamTime, STREAM_TIME)
    this.#state.advance(streamTime)
  }

  #fire(timers: TimerQueue, time: number, clock: string): void {
    for (let timer = timers.takeDue(time, clock); timer; timer = timers.takeDue(time, clock)) {
      const { key, at } = timer
      if (clock === STREAM_TIME) this.#state.advance(at)
      this.#firing = { clock, at }
      try {
        this.#processor.onTimer?.(key, at, this, clock === STREAM_TIME ? undefined : clock)
      } catch (error) {
        throw new TimerFault(this.#processor.name, `the timer ${JSON.stringify(String(key))}`, error as Error)
      } finally {
        this.#firing = undefined
      }
    }
  }

  /** A clock's time, as far as it is known: a clock of the processor's own has one while its timers are called. */
  #timeOf(clock: string): number {
    if (clock === STREAM_TIME) return this.#state.streamTime
    return this.#firing?.clock === clock ? this.#firing.at : Number.NEGATIVE_INFINITY
  }

  get #timers(): TimerQueue {
    const { timers } = this.#state
    if (!timers) throw new Error(`${this.#processor.name} sets a timer and has no onTimer`)
    return timers
  }
}
