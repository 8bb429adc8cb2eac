import { PayloadError } from '../../kafka/errors.ts'
import { MAX_DATE_MS, type OutputRecord, type StreamRecord } from '../../kafka/protocol/record.ts'
import type { Refusal } from '../../kafka/stream/refusal.ts'
import type { Batch } from '../../kafka/stream/stream-port.ts'
import type { TimedStore } from '../store/store.ts'
import { fittingDeadLetter } from './dead-letter.ts'
import type { StoreSize } from './metrics.ts'
import { PartitionState } from './partition-state.ts'
import { type Context, type NoStores, type Processor, TimerFault, UnprocessableRecord } from './processor.ts'
import { TaskContext } from './task-context.ts'
import type { Topology } from './topology.ts'

/** The result of a batch besides its output. */
export interface Outcome {
  /** The code of each dead-letter record. */
  readonly deadLetters: readonly string[]
  /** The names that the processor counted, one for each count. */
  readonly counted: readonly string[]
}

/** A processor on one input partition, with the stores of that partition. Knows nothing of Kafka but records. */
export class Task<V, E = never, S = NoStores> {
  readonly #processor: Processor<V, E, S>
  readonly #topology: Topology
  readonly #partition: number
  readonly #state: PartitionState<V, S>
  readonly #context: TaskContext<V, E, S>
  #deadLetters: string[] = []
  /** Whether the ends of restored entries were checked against the clock. */
  #isBounded = false
  #isStarted = false

  constructor(processor: Processor<V, E, S>, topology: Topology, partition: number) {
    this.#processor = processor
    this.#topology = topology
    this.#partition = partition
    this.#state = new PartitionState(processor, topology.retentionMs)
    this.#context = new TaskContext(processor, this.#state, topology)
  }

  /** The main store. */
  get store(): TimedStore<V> {
    return this.#state.main
  }

  /** The result of the last batch. */
  get outcome(): Outcome {
    return { deadLetters: this.#deadLetters, counted: this.#context.counted }
  }

  /** The size of each store, by its name. */
  sizes(): Map<string, StoreSize> {
    return this.#state.sizes()
  }

  /** Applies records of the changelog of a store, before the first batch. */
  restore(records: readonly StreamRecord[], store = 'main'): void {
    this.#state.restore(store, records)
  }

  /**
   * Processes records and returns all that has to be written with their offsets: what the processor sent on, the dead
   * letter records, and the changelogs.
   * @param events what each record says, or why it cannot be read, for a processor that has its input decoded
   * @param care for records that come again because the broker refused some of their output
   */
  process(
    records: readonly StreamRecord[],
    events: readonly (E | PayloadError)[] = [],
    care: Pick<Batch, 'refused' | 'isTraced'> = {},
  ): OutputRecord[] {
    const output = this.#context.begin()
    this.#deadLetters = []
    for (const [index, record] of records.entries()) {
      const first = output.length
      if (!this.#isStarted) this.#start(record)
      this.#processOne(record, events[index], care.refused?.get(record.offset) ?? [], output)
      if (!care.isTraced) continue
      this.#writeChanges(output)
      for (let at = first; at < output.length; at += 1)
        output[at] = { ...(output[at] as OutputRecord), source: record }
    }
    if (records.length > 0 && !care.isTraced) this.#writeChanges(output)
    return output
  }

  #start(record: StreamRecord): void {
    this.#isStarted = true
    this.#context.at(record)
    this.#processor.onRestored?.(this.#context)
  }

  #processOne(
    record: StreamRecord,
    decoded: E | PayloadError | undefined,
    refusals: readonly Refusal[],
    output: OutputRecord[],
  ): void {
    const context = this.#context
    const refusal = refusals.find(({ topic }) => topic !== this.#topology.deadLetters)
    if (refusal?.isOfTimer)
      throw new TimerFault(this.#processor.name, 'a timer', new UnwritableOutput(refusal))
    context.at(record)
    let sent = output.length
    let counted = context.counted.length
    try {
      // The broker refused the record's output, so its changes to the store are dropped, too.
      if (refusal) throw new UnwritableOutput(refusal)
      if (this.#reckonsByEventTime) requireTime(record)
      const read = this.#processor.read?.(record)
      this.#advance(record, read?.eventTime)
      // The output of timers stays, even if this record turns out to be unprocessable.
      sent = output.length
      counted = context.counted.length
      const event = read ? read.event : decoded
      if (event instanceof PayloadError) throw event
      this.#processor.process(record, context as Context<V, S>, event as E)
    } catch (error) {
      if (!isOfRecord(error)) throw error
      // A record has one fate: what it sent on before it proved unprocessable is taken back.
      context.takeBack(sent, counted)
      output.push(this.#deadLetter(record, error, refusals))
    }
  }

  /** Writes what has changed in the stores to their changelogs. */
  #writeChanges(output: OutputRecord[]): void {
    for (const change of this.#state.takeChanges(this.#topology.changelogs, this.#partition, Date.now()))
      output.push(change)
  }

  #deadLetter(
    record: StreamRecord,
    error: { readonly code: string; readonly message: string },
    refusals: readonly Refusal[],
  ): OutputRecord {
    this.#deadLetters.push(error.code)
    const { input, deadLetters } = this.#topology
    const origin = { topic: input, processor: this.#processor.name, deadLetters }
    const before = refusals.filter(({ topic }) => topic === deadLetters)
    return fittingDeadLetter(record, origin, error, before, Date.now())
  }

  get #isByAppendTime(): boolean {
    return this.#processor.clock === 'append time'
  }

  /** Whether the times of records decide what the stores hold. */
  get #reckonsByEventTime(): boolean {
    return !this.#isByAppendTime && !this.#state.isEmpty
  }

  #advance(record: StreamRecord, eventTime: number | undefined): void {
    if (!this.#isByAppendTime) {
      this.#context.advance(eventTime ?? record.timestamp)
      return
    }
    if (record.appendedAt === undefined) return
    this.#context.advance(record.appendedAt)
    if (this.#isBounded) return
    this.#isBounded = true
    this.#state.bound(this.#state.streamTime + this.#topology.retentionMs)
  }
}

/** Refuses times that no calendar has, such as nanoseconds written as milliseconds. */
function requireTime({ timestamp }: StreamRecord): void {
  if (Math.abs(timestamp) <= MAX_DATE_MS) return
  throw new UnprocessableRecord('NO_TIME', `the record's time, ${timestamp} ms, is beyond any date`)
}

/** The broker refuses what a record makes the processor write. */
class UnwritableOutput extends Error {
  readonly code: string

  constructor({ code, topic, reason }: Refusal) {
    super(`${topic} refused its output: ${reason}`)
    this.code = code
  }
}

function isOfRecord(error: unknown): error is UnprocessableRecord | PayloadError | UnwritableOutput {
  return (
    error instanceof UnprocessableRecord || error instanceof PayloadError || error instanceof UnwritableOutput
  )
}
