import type { PayloadError } from '../../kafka/errors.ts'
import { partitionOfKey } from '../../kafka/protocol/key-partition.ts'
import type { OutputRecord, StreamRecord } from '../../kafka/protocol/record.ts'
import type { NoStores, Processor } from './processor.ts'
import { Task } from './task.ts'
import type { Topology } from './topology.ts'

/** A record that a test pipes in: the driver gives it an offset and, unless it names one, the partition of its key. */
export type Piped<E = never> = Partial<Omit<StreamRecord, 'offset'>> & {
  /** What the value says, for a processor that has its input decoded. */
  readonly event?: E | PayloadError
}

const DEAD_LETTERS = 'input-dlq'
/** What the topic of a store's changelog begins with. */
const CHANGELOG = 'changelog-'

/** One input partition: its log, how far it is processed and committed, and the changelogs as Kafka keeps them. */
interface Partition<V, E, S> {
  readonly input: StreamRecord[]
  readonly events: (E | PayloadError)[]
  processed: number
  committed: number
  /** The changelog of each store, by the store's name. */
  readonly changelogs: Map<string, StreamRecord[]>
  nextChange: number
  /** What the open transaction has written. */
  uncommitted: OutputRecord[]
  task: Task<V, E, S>
}

/**
 * Drives a processor in memory as the stream runtime does over Kafka: records in, one transaction out, stores that are
 * restored from their changelogs and from nothing else. Only committed output can be seen.
 */
export class TestDriver<V, E = never, S = NoStores> {
  readonly #processor: Processor<V, E, S>
  readonly #topology: Topology
  readonly #partitions: Partition<V, E, S>[]
  readonly #output: OutputRecord[] = []

  constructor(processor: Processor<V, E, S>, options: { retentionMs?: number; partitions?: number } = {}) {
    const { retentionMs = 1_000, partitions = 1 } = options
    this.#processor = processor
    this.#topology = {
      input: 'input',
      deadLetters: DEAD_LETTERS,
      retentionMs,
      route: (topic, key) => ({ topic, partition: partitionOfKey(key ?? Buffer.alloc(0), partitions) }),
      changelogs: Object.fromEntries(storesOf(processor).map((store) => [store, CHANGELOG + store])),
    }
    this.#partitions = Array.from({ length: partitions }, (_, partition) => ({
      input: [],
      events: [],
      processed: 0,
      committed: 0,
      changelogs: new Map(storesOf(processor).map((store) => [store, []])),
      nextChange: 0,
      uncommitted: [],
      task: new Task(processor, this.#topology, partition),
    }))
  }

  /** All committed output in the order of the transactions, without the changelogs. */
  get output(): readonly OutputRecord[] {
    return this.#output
  }

  get deadLetters(): OutputRecord[] {
    return this.outputOf(DEAD_LETTERS)
  }

  outputOf(topic: string): OutputRecord[] {
    return this.#output.filter((record) => record.topic === topic)
  }

  /** The committed changelog of a partition's store, as far as it was not compacted. */
  changelogOf(partition = 0, store = 'main'): readonly StreamRecord[] {
    return this.#at(partition).changelogs.get(store) ?? []
  }

  /** Puts records into a partition's changelog, as an earlier version has left them there, and restores from it. */
  setChangelog(records: readonly Pick<StreamRecord, 'key' | 'value'>[], partition = 0, store = 'main'): void {
    const place = { partition, timestamp: 0, headers: [] }
    const changelog = records.map(({ key, value }, offset) => ({ ...place, offset, key, value }))
    this.#at(partition).changelogs.set(store, changelog)
    this.#at(partition).nextChange = changelog.length
    this.abort()
  }

  /** How many entries each store of a partition holds. */
  entriesOf(partition = 0): Readonly<Record<string, number>> {
    const sizes = [...this.#at(partition).task.sizes()]
    return Object.fromEntries(sizes.map(([store, { entries }]) => [store, entries]))
  }

  storeOf(partition = 0) {
    return this.#at(partition).task.store
  }

  pipe(record: Piped<E>): void {
    this.pipeAll([record])
  }

  /** Appends records to the input and processes all that waits there, one batch for each partition. */
  pipeAll(records: readonly Piped<E>[]): void {
    for (const piped of records) {
      const { key = null, value = null, headers = [], timestamp = 0, appendedAt } = piped
      const partition = piped.partition ?? this.#topology.route('input', key).partition
      const { input, events } = this.#at(partition)
      input.push({ partition, offset: input.length, timestamp, appendedAt, key, value, headers })
      events.push(piped.event as E | PayloadError)
    }
    this.#process()
  }

  /** Processes what an abort left to do, and commits output, changelogs and position at once. */
  commit(): void {
    this.#process()
    for (const [index, partition] of this.#partitions.entries()) {
      for (const { topic, ...record } of partition.uncommitted) {
        if (!topic.startsWith(CHANGELOG)) {
          this.#output.push({ topic, ...record })
          continue
        }
        if (record.partition !== index) throw new Error(`a change of ${index} went to ${record.partition}`)
        const changelog = partition.changelogs.get(topic.slice(CHANGELOG.length))
        changelog?.push({ ...record, offset: partition.nextChange })
        partition.nextChange += 1
      }
      partition.uncommitted = []
      partition.committed = partition.processed
    }
  }

  /** Drops what was not committed, and the tasks: their stores are restored, and their input is processed again. */
  abort(): void {
    for (const [index, partition] of this.#partitions.entries()) {
      partition.uncommitted = []
      partition.processed = partition.committed
      partition.task = new Task(this.#processor, this.#topology, index)
      for (const [store, changelog] of partition.changelogs) partition.task.restore(changelog, store)
    }
  }

  /** Ends the process without a commit and starts the next one, with compacted changelogs. */
  restart(): void {
    this.compact()
    this.abort()
  }

  /** Compacts the first part of each changelog, given as a fraction, to the last record of each key; Kafka leaves the end of a log alone. */
  compact(fraction = 1): void {
    for (const { changelogs } of this.#partitions) {
      for (const [store, changelog] of changelogs) changelogs.set(store, compacted(changelog, fraction))
    }
  }

  #process(): void {
    for (const partition of this.#partitions) {
      const batch = partition.input.slice(partition.processed)
      if (batch.length === 0) continue
      const events = partition.events.slice(partition.processed)
      for (const output of partition.task.process(batch, events)) partition.uncommitted.push(output)
      partition.processed = partition.input.length
    }
  }

  #at(partition: number): Partition<V, E, S> {
    const found = this.#partitions[partition]
    if (!found) throw new Error(`the driver has no partition ${partition}`)
    return found
  }
}

function compacted(changelog: readonly StreamRecord[], fraction: number): StreamRecord[] {
  const end = Math.round(changelog.length * fraction)
  const last = new Map<string, StreamRecord>()
  for (const record of changelog.slice(0, end)) last.set((record.key as Buffer).toString('hex'), record)
  const kept = [...last.values()].filter(({ value }) => value !== null)
  kept.sort((one, other) => one.offset - other.offset)
  return [...kept, ...changelog.slice(end)]
}

function storesOf<V, E, S>({ codec, stores, onTimer }: Processor<V, E, S>): string[] {
  return [...(codec ? ['main'] : []), ...Object.keys(stores ?? {}), ...(onTimer ? ['timers'] : [])]
}
