import { PayloadError } from '../../kafka/errors.ts'
import { MAX_DATE_MS, type OutputRecord, type StreamRecord } from '../../kafka/protocol/record.ts'
import type { Refusal } from '../../kafka/stream/refusal.ts'
import type { Batch } from '../../kafka/stream/stream-port.ts'
import { applyChangelog, changelogRecords } from '../store/changelog.ts'
import type { Clock } from '../store/clock.ts'
import { type Codec, TimedStore } from '../store/store.ts'
import { fittingDeadLetter } from './dead-letter.ts'
import { type Context, type Forward, type Processor, UnprocessableRecord } from './processor.ts'

/** The topics of a processor, and how a record finds its way to them. */
export interface Topology {
  readonly input: string
  readonly deadLetters: string
  /** Undefined for a processor without a store. */
  readonly changelog?: string
  /** Where a record goes that is sent on to a topic with a key. */
  route(topic: string, key: Buffer | null): { readonly topic: string; readonly partition: number }
  /** About how long the store's entries stay, in ms. */
  readonly retentionMs: number
}

/** The store of a processor that declares none. */
const NO_CODEC: Codec<never> = {
  encode: () => {
    throw new Error('a processor without a codec has no store')
  },
  decode: () => {
    throw new Error('a processor without a codec has no store')
  },
}

/** A processor on one input partition, with the store of that partition. Knows nothing of Kafka but records. */
export class Task<V, E = never> {
  readonly store: TimedStore<V>
  readonly #processor: Processor<V, E>
  readonly #topology: Topology
  readonly #partition: number
  readonly #clock: Clock
  #output: OutputRecord[] = []
  /** Whether what the changelog says of when entries end was held against the clock. */
  #isBounded = false

  constructor(processor: Processor<V, E>, topology: Topology, partition: number) {
    this.#processor = processor
    this.#topology = topology
    this.#partition = partition
    this.#clock = processor.clock ?? 'event time'
    this.store = new TimedStore(topology.retentionMs, processor.codec ?? NO_CODEC)
  }

  /** Applies records of the changelog, before the first batch. */
  restore(records: readonly StreamRecord[]): void {
    if (this.#processor.codec) applyChangelog(this.store, records, this.#clock)
  }

  /**
   * Processes records and returns all that has to be written with their offsets: what the processor sent on, the dead
   * letters, and the changelog.
   * @param events what each record says, or why it cannot be read, for a processor that has its input decoded
   * @param care of records that come again because the broker refused some of their output
   */
  process(
    records: readonly StreamRecord[],
    events: readonly (E | PayloadError)[] = [],
    care: Pick<Batch, 'refused' | 'isTraced'> = {},
  ): OutputRecord[] {
    this.#output = []
    const store = this.store
    const context: Context<V> = {
      get streamTime() {
        return store.streamTime
      },
      store,
      forward: (topic, record) => this.#forward(topic, record),
    }
    for (const [index, record] of records.entries()) {
      const sent = this.#output.length
      const refusals = care.refused?.get(record.offset) ?? []
      const refusal = refusals.find(({ topic }) => topic !== this.#topology.deadLetters)
      try {
        // Neither its output nor what it does to the store can be kept: it leaves no trace but its dead letter.
        if (refusal) throw new UnwritableOutput(refusal)
        if (this.#reckonsByEventTime) requireTime(record)
        const read = this.#processor.read?.(record)
        this.#advance(record, read?.eventTime)
        const event = read ? read.event : events[index]
        if (event instanceof PayloadError) throw event
        this.#processor.process(record, context, event as E)
      } catch (error) {
        if (!isOfRecord(error)) throw error
        // A record has one fate: what was sent on before it proved unprocessable is taken back.
        this.#output.length = sent
        this.#output.push(this.#deadLetter(record, error, refusals))
      }
      if (care.isTraced) {
        this.#change()
        for (let index = sent; index < this.#output.length; index += 1) {
          this.#output[index] = { ...(this.#output[index] as OutputRecord), source: record }
        }
      }
    }
    if (records.length > 0 && !care.isTraced) this.#change()
    return this.#output
  }

  /** Writes what has changed in the store to the changelog. */
  #change(): void {
    const { changelog } = this.#topology
    if (changelog === undefined || !this.#processor.codec) return
    const place = { topic: changelog, partition: this.#partition }
    for (const change of changelogRecords(this.store, place, Date.now(), this.#clock))
      this.#output.push(change)
  }

  #deadLetter(
    record: StreamRecord,
    error: { readonly code: string; readonly message: string },
    refusals: readonly Refusal[],
  ): OutputRecord {
    const { input, deadLetters } = this.#topology
    const origin = { topic: input, processor: this.#processor.name, deadLetters }
    const ofLetter = refusals.filter(({ topic }) => topic === deadLetters)
    return fittingDeadLetter(record, origin, error, ofLetter, Date.now())
  }

  /** Whether the times of records decide what the store holds. */
  get #reckonsByEventTime(): boolean {
    return this.#processor.codec !== undefined && this.#clock === 'event time'
  }

  #advance(record: StreamRecord, eventTime: number | undefined): void {
    if (this.#clock === 'event time') {
      this.store.advance(eventTime ?? record.timestamp)
      return
    }
    if (record.appendedAt === undefined) return
    this.store.advance(record.appendedAt)
    if (this.#isBounded) return
    this.#isBounded = true
    this.store.bound(this.store.streamTime + this.#topology.retentionMs)
  }

  #forward(topic: string, { key, value, headers, timestamp }: Forward): void {
    const place = this.#topology.route(topic, key)
    this.#output.push({
      topic: place.topic,
      partition: place.partition,
      timestamp,
      key,
      value,
      headers,
    })
  }
}

/** Refuses times that no calendar holds, such as nanoseconds written as milliseconds. */
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
