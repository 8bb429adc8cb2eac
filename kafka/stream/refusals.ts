import type { OutputRefusedError, Refusal } from './refusal.ts'
import { type Batch, HandlerFault, type StreamOptions } from './stream-port.ts'

/** A handler is at fault once a topic has refused a record's output this often: a dead letter has three forms to try. */
const MAX_REFUSALS = 3
/** The most dead letters of one transaction that are named one by one. */
const NAMED = 10

/**
 * The outputs that the broker has refused, until their input records are dead letters. Refusals are rare, so the usual path
 * keeps nothing ready for them. The first refusal only says that a transaction cannot be written. Its records come again,
 * traced, which finds the input records at fault. They come a third time, and the handler writes dead letters instead.
 */
export class Refusals {
  readonly #options: Pick<StreamOptions, 'application' | 'topic' | 'batchSize' | 'warn'>
  readonly #refused = new Map<number, Map<number, Refusal[]>>()
  /** By partition, the offset up to which records are traced. */
  readonly #tracedTo = new Map<number, number>()
  #limit: number

  constructor(options: Pick<StreamOptions, 'application' | 'topic' | 'batchSize' | 'warn'>) {
    this.#options = options
    this.#limit = options.batchSize
  }

  /** The most records that may share a transaction now. */
  get limit(): number {
    return this.#limit
  }

  /** Whether the refused records are not identified yet. Until they are, transactions are written carefully. */
  get isTracing(): boolean {
    return this.#tracedTo.size > 0
  }

  /** Adds to a batch what the handler must know about refusals. */
  mark(batch: Batch): Batch {
    const refused = this.#refused.get(batch.partition)
    const isTraced = this.#tracedTo.has(batch.partition)
    return refused || isTraced ? { ...batch, isTraced, ...(refused ? { refused } : {}) } : batch
  }

  /**
   * Learns from a transaction that was aborted because the broker refused its output.
   * @throws HandlerFault if the handler keeps writing refused records
   */
  learn(batches: readonly Batch[], { refused, message }: OutputRefusedError): void {
    for (const { partition, next } of batches)
      this.#tracedTo.set(partition, Math.max(next, this.#tracedTo.get(partition) ?? 0))
    const records = batches.flatMap((batch) => batch.records)
    const alone = records.length === 1 ? records[0] : undefined
    let isUnknown = refused.length === 0
    // An input record may have several outputs for one topic; one refusal is enough.
    const found = new Map<string, () => void>()
    for (const { output, refusal } of refused) {
      const source = output.source ?? alone
      if (!source) isUnknown = true
      else {
        const { partition, offset } = source
        found.set(`${partition}/${offset}/${refusal.topic}`, () => this.#add(partition, offset, refusal))
      }
    }
    for (const add of found.values()) add()
    const isTraced = batches.every((batch) => batch.isTraced || batch.records.length === 0)
    if (!isTraced || !isUnknown) return
    if (this.#limit === 1) throw new HandlerFault(new Error(message))
    this.#limit = Math.max(1, this.#limit >> 1)
  }

  /** Forgets the refusals of records that a committed transaction contains, and names the records that became dead letters. */
  settle(batches: readonly Batch[]): void {
    if (this.#tracedTo.size === 0) return
    const { application, topic, warn } = this.#options
    const lines: string[] = []
    for (const { partition, records, next } of batches) {
      const refused = this.#refused.get(partition)
      for (const { offset } of refused ? records : []) {
        const cause = causeOf(refused?.get(offset))
        if (!cause) continue
        refused?.delete(offset)
        lines.push(
          `${application}: ${topic} partition ${partition} offset ${offset} is a dead letter: ${cause.code}: ` +
            `${cause.topic} refused its output (${cause.reason})`,
        )
      }
      if (refused?.size === 0) this.#refused.delete(partition)
      if (next >= (this.#tracedTo.get(partition) ?? 0)) this.#tracedTo.delete(partition)
    }
    for (const line of lines.slice(0, NAMED)) warn(line)
    if (lines.length > NAMED) {
      const { length } = lines
      warn(
        `${application}: ${length - NAMED} more records of ${topic} are dead letters: playstream dlq show ${topic}`,
      )
    }
    if (this.#tracedTo.size === 0) this.#limit = this.#options.batchSize
  }

  /** Forgets all partitions but these. */
  keep(partitions: readonly number[]): void {
    for (const known of [this.#refused, this.#tracedTo]) {
      for (const partition of [...known.keys()]) if (!partitions.includes(partition)) known.delete(partition)
    }
    if (this.#tracedTo.size === 0) this.#limit = this.#options.batchSize
  }

  #add(partition: number, offset: number, refusal: Refusal): void {
    const ofPartition = this.#refused.get(partition) ?? new Map<number, Refusal[]>()
    this.#refused.set(partition, ofPartition)
    const known = ofPartition.get(offset) ?? []
    if (known.filter(({ topic }) => topic === refusal.topic).length >= MAX_REFUSALS) {
      throw new HandlerFault(
        new Error(
          `${this.#options.topic} partition ${partition} offset ${offset} can be neither processed nor set aside: ` +
            `${refusal.topic} goes on refusing it (${refusal.code}: ${refusal.reason})`,
        ),
      )
    }
    ofPartition.set(offset, [...known, refusal])
  }
}

/** The first refusal is about the record's own output; later ones are about its dead letter. */
function causeOf(refusals: readonly Refusal[] | undefined): Refusal | undefined {
  return refusals?.[0]
}
