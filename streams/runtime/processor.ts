import { CodedError } from '../../catalog/errors.ts'
import type { ProcessorName, ProcessorWith } from '../../catalog/processors.ts'
import type { Headers, StreamRecord } from '../../kafka/protocol/record.ts'
import type { Clock } from '../store/clock.ts'
import type { Codec, Store } from '../store/store.ts'

/** A record that a processor sends on. The task adds nothing and changes nothing. */
export interface Forward {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Headers
  /** ms since the epoch. */
  readonly timestamp: number
}

/** No store besides the main one. */
export type NoStores = Record<never, never>

/** What a processor may do with a record: read and write its stores, set timers, and send records on. Nothing else. */
export interface Context<V, S = NoStores> {
  /**
   * The latest time that this partition has shown so far by the processor's clock, including the current record's; in
   * `onTimer`, the time of the timer. ms since the epoch; -Infinity before the first time.
   */
  readonly streamTime: number
  /** The timestamp of the record under way; in `onTimer`, of the record that moved the clock on. ms since the epoch. */
  readonly recordTimestamp: number
  /** The main store. */
  readonly store: Store<V>
  /** The other stores, by name. */
  readonly stores: { readonly [N in keyof S]: Store<S[N]> }
  /** Sends a record to one of the processor's output topics, to the partition of its key, as every client computes it. */
  forward(topic: string, record: Forward): void
  /**
   * Has `onTimer` called once stream time reaches `at`. A key has one timer: setting it again moves it. A time that is
   * over is raised to one ms after the clock's time.
   * @param at ms since the epoch
   * @param clock the name of a clock of the processor's own, which `tick` moves: each clock has timers of its own
   */
  schedule(key: Buffer, at: number, clock?: string): void
  /** Removes the timer of a key, if there is one. */
  cancel(key: Buffer, clock?: string): void
  /**
   * Calls `onTimer` for each timer of a clock of the processor's own that is due by `time`, before it returns. The clock
   * may go back: a timer that was called is gone. Not allowed in `onTimer`, nor before UnprocessableRecord is thrown.
   */
  tick(clock: string, time: number): void
  /** Adds one to a counter of the processor's metrics, once the transaction is committed. */
  count(name: string): void
}

/**
 * The logic of a stream processor: a function of a record and its stores, with the same result whenever it runs. Where and
 * when the record was read, and whether it is read for the first time, must not matter to it.
 */
export interface Processor<V = never, E = never, S = NoStores> {
  /** The name that catalog/processors.ts declares it by. */
  readonly name: string
  /** How the values of the main store are written to its changelog; undefined for a processor without a main store. */
  readonly codec?: Codec<V>
  /** Other stores, and how their values are written to their changelogs. */
  readonly stores?: { readonly [N in keyof S]: Codec<S[N]> }
  /** The clock by which its stores forget and its timers are called; event time by default. */
  readonly clock?: Clock
  /**
   * Whether it needs its input's values decoded, in the format that the catalog declares for the input topic. A record that
   * cannot be decoded does not reach it and becomes a dead-letter record.
   */
  readonly decodes?: boolean
  /**
   * What a record says and when that happened, in ms since the epoch, for a processor that goes by the times in its events.
   * Without this method the event's time is the record's timestamp.
   * @throws UnprocessableRecord for a record that goes to the dead letters
   */
  read?(record: StreamRecord): { readonly event: E; readonly eventTime: number }
  /**
   * @param event what the record's value says, for a processor that reads its input or has it decoded
   * @throws UnprocessableRecord, before it changes a store, for a record that goes to the dead letters instead; any other
   * error is a fault
   */
  process(record: StreamRecord, context: Context<V, S>, event: E): void
  /**
   * Called when a clock reaches the time of a timer, before the record that moved the clock is processed: by time, and at the
   * same time by the bytes of the key. Stream time advances from timer to timer, so the stores are as they were at `at`. What
   * is sent from here is not lost when the record becomes a dead-letter record.
   * @param at when the timer was due, in ms since the epoch
   * @param clock the clock that was reached; undefined for stream time
   * @throws every error is a fault
   */
  onTimer?(key: Buffer, at: number, context: Context<V, S>, clock: string | undefined): void
  /**
   * Called once with the restored stores, before the first record: brings what an earlier version wrote up to date. It is
   * called after every restore, so it must find nothing to do where it has done its work.
   */
  onRestored?(context: Context<V, S>): void
}

type StoreNames<V, S> = ([V] extends [never] ? never : 'main') | keyof S

/** A processor that the catalog declares: the compiler refuses any other name, and stores and timers that it does not declare. */
export type DeclaredProcessor<V = never, E = never, S = NoStores> = Processor<V, E, S> &
  (
    | { readonly name: ProcessorName & ProcessorWith<StoreNames<V, S>>; readonly onTimer?: undefined }
    | { readonly name: ProcessorName & ProcessorWith<StoreNames<V, S> | 'timers'> }
  )

export type UnprocessableCode = 'NO_VALUE' | 'NOT_JSON' | 'NO_ID' | 'NO_KEY' | 'NO_TIME'

/** The record itself is at fault: it is set aside, unchanged, and the stream continues. */
export class UnprocessableRecord extends CodedError<UnprocessableCode> {}

/** A timer's callback failed, or what it sent can never be written. The record that moved the clock is not at fault. */
export class TimerFault extends Error {
  override readonly name = 'TimerFault'

  constructor(processor: string, timer: string, cause: Error) {
    super(`${processor}: ${timer} failed: ${cause.message}`, { cause })
  }
}
