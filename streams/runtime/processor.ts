import { CodedError } from '../../catalog/errors.ts'
import type { ProcessorName } from '../../catalog/processors.ts'
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

/** What a processor may do with a record: read and write its store, and send records on. Nothing else. */
export interface Context<V> {
  /**
   * The latest time that this partition has shown so far by the processor's clock, the current record's included. ms since
   * the epoch; -Infinity where it has shown none.
   */
  readonly streamTime: number
  readonly store: Store<V>
  /** Sends a record to one of the processor's output topics, to the partition of its key, as every client computes it. */
  forward(topic: string, record: Forward): void
}

/**
 * The logic of a stream processor: a function of a record and a store, the same whenever it runs. Where and when the
 * record was read, and whether this is its first time, are none of its business.
 */
export interface Processor<V = never, E = never> {
  /** The name that catalog/processors.ts declares it by. */
  readonly name: string
  /** How the store's values are written to its changelog; undefined for a processor without a store. */
  readonly codec?: Codec<V>
  /** By which clock its store forgets; event time by default. */
  readonly clock?: Clock
  /**
   * Whether it works on what a value says, read as the catalog declares the input's values to be written, and not on bytes.
   * A record that cannot be read so never comes to it: it goes to the dead letters.
   */
  readonly decodes?: boolean
  /**
   * What a record says and when that happened, in ms since the epoch, for a processor that goes by the times in its events.
   * Without it the event's time is the record's timestamp.
   * @throws UnprocessableRecord for a record that goes to the dead letters
   */
  read?(record: StreamRecord): { readonly event: E; readonly eventTime: number }
  /**
   * @param event what the record's value says, for a processor that reads its input or has it decoded
   * @throws UnprocessableRecord, before it changes its store, for a record that goes to the dead letters instead; any other
   * error is a fault
   */
  process(record: StreamRecord, context: Context<V>, event: E): void
}

/** A processor that the catalog declares: the compiler refuses any other name. */
export interface DeclaredProcessor<V = never, E = never> extends Processor<V, E> {
  readonly name: ProcessorName
}

export type UnprocessableCode = 'NO_VALUE' | 'NOT_JSON' | 'NO_ID' | 'NO_KEY' | 'NO_TIME'

/** The record itself is at fault: it is set aside, unchanged, and the stream goes on. */
export class UnprocessableRecord extends CodedError<UnprocessableCode> {}
