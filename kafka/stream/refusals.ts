import type { OutputRefusedError, Refusal } from './refusal.ts'
import { type Batch, HandlerFault, type StreamOptions } from './stream-port.ts'

/** How often one topic may refuse the output of a record before the handler is at fault: a dead letter has three forms. */
const MAX_REFUSALS = 3
/** How many records that were set aside in one transaction are named one by one. */
const NAMED = 10

/**
 * What a port knows of the outputs that the broker refused, until the records that they come from are set aside. Refusals
 * are rare, so nothing is kept ready for them: the first one only says that a transaction cannot be written; its records
 * come again, traced, which finds the input records at fault; they come again, and their outputs are replaced.
 */
export class Refusals {
  readonly #options: Pick<StreamOptions, 'application' | 'topic' | 'batchSize' | 'warn'>
  readonly #refused = new Map<number, Map<number, Refusal[]>>()
  /** Up to where the records of each partition are traced. */
  readonly #tracedTo = new Map<number, number>()
  #limit: number

  constructor(options: Pick<StreamOptions, 'application' | 'topic' | 'batchSize' | 'warn'>) {
    this.#options = options
    this.#limit = options.batchSize
  }

  /** How many records may go into one transaction now. */
  get limit(): number {
    return this.#limit
  }

  /** Whether the records at fault are looked for: transactions are then written carefully. */
  get isTracing(): boolean {
    return this.#tracedTo.size > 0
  }

  /** The batch as the handler has to see it. */
  mark(batch: Batch): Batch {
    const refused = this.#refused.get(batch.partition)
    const isTraced = this.#tracedTo.has(batch.partition)
    return refused || isTraced ? { ...batch, isTraced, ...(refused ? { refused } : {}) } : batch
  }

  /**
   * Learns from a transaction that was aborted because of what it wrote.
   * @throws HandlerFault where the handler goes on writing what was refused
   */
  learn(batches: readonly Batch[], { refused, message }: OutputRefusedError): void {
    for (const { partition, next } of batches)
      this.#tracedTo.set(partition, Math.max(next, this.#tracedTo.get(partition) ?? 0))
    const records = batches.flatMap((batch) => batch.records)
    const alone = records.length === 1 ? records[0] : undefined
    let isUnknown = refused.length === 0
    // A record may have several outputs of one topic: one verdict says enough.
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

  /** Forgets what a committed transaction has settled, and says which records were set aside. */
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

  /** Forgets partitions that are no longer ours. */
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

/** What the record itself was refused for; what came after is about its dead letter. */
function causeOf(refusals: readonly Refusal[] | undefined): Refusal | undefined {
  return refusals?.[0]
}
