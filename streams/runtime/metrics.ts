import type { OutputRecord, StreamRecord } from '../../kafka/protocol/record.ts'
import type { Batch, StreamMetrics } from '../../kafka/stream/stream-port.ts'

/** What a store holds, and the memory that it takes, in bytes. */
export interface StoreSize {
  readonly entries: number
  /** What the entries themselves take. */
  readonly liveBytes: number
  /** All that the store takes, including what is allocated for more entries. */
  readonly bytes: number
}

/** Records and their bytes: keys and values. */
export interface Traffic {
  readonly records: number
  readonly bytes: number
}

/** A committed transaction. */
export interface Commit {
  /** Records of the input in it. */
  readonly records: number
  /** From begin to commit, in ms. */
  readonly ms: number
  /**
   * How long ago the oldest of its records was appended, in ms: the latency that the processor adds at most. Undefined if
   * the input topic does not have the broker's time.
   */
  readonly latencyMs: number | undefined
}

/** The result of processing one batch. It is counted once its transaction is committed. */
export interface Processed {
  readonly input: string
  readonly records: readonly StreamRecord[]
  readonly output: readonly OutputRecord[]
  /** The code of each dead-letter record. */
  readonly deadLetters: readonly string[]
  /** The names that the processor counted. */
  readonly counted: readonly string[]
}

/** A batch in few numbers: its records are not kept until the commit. */
interface Tally {
  readonly traffic: readonly (readonly [of: 'input' | 'output', topic: string, Traffic])[]
  readonly oldest: number | undefined
  readonly deadLetters: ReadonlyMap<string, number>
  readonly counted: ReadonlyMap<string, number>
}

const NOTHING: StoreSize = { entries: 0, liveBytes: 0, bytes: 0 }

/** The metrics of one running processor, since its start. Nothing that was aborted is counted but the abort. */
export class ProcessorMetrics implements StreamMetrics {
  /** Records whose transaction was committed. */
  records = 0
  transactions = 0
  aborts = 0
  /** Aborts because another process had taken over. */
  fencings = 0
  /** Partitions whose stores were read back from their changelogs. */
  restores = 0
  restoredEntries = 0
  /** Partitions whose stores are being read back. */
  restoring = 0
  /** The time of all restores together, in ms. */
  restoreMs = 0
  /** The last transaction's time from begin to commit, in ms. */
  commitMs = 0
  /** What was read, by topic. */
  readonly input = new Map<string, Traffic>()
  /** What was written, by topic: outputs, dead-letter records and changelogs. */
  readonly output = new Map<string, Traffic>()
  /** Dead-letter records, by their code. */
  readonly deadLetters = new Map<string, number>()
  /** What the processor counted, by name. */
  readonly counters = new Map<string, number>()
  /** The size of each store, by its name; once the processor is stopped, the size that it had then. */
  storeSizes: () => ReadonlyMap<string, StoreSize> = () => new Map()
  #assigned: number | undefined
  readonly #lag = new Map<number, number>()
  readonly #listeners = new Set<(commit: Commit) => void>()
  readonly #tallies = new WeakMap<Batch, Tally>()

  /** How far the processor is behind the end of the input, in records, over all partitions. */
  get totalLag(): number {
    let sum = 0
    for (const records of this.#lag.values()) sum += records
    return sum
  }

  /** How many partitions are assigned to the processor here: 0 on a standby, undefined while it is not in its group. */
  get partitions(): number | undefined {
    return this.#assigned
  }

  /** The size of all stores together. */
  stores(): StoreSize {
    return [...this.storeSizes().values()].reduce(sumOf, NOTHING)
  }

  /** Has every committed transaction reported, for histograms for example. Returns what ends that. */
  onCommit(listener: (commit: Commit) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  /** Takes the result of a batch, to be counted when `transaction` names the batch. */
  processed(batch: Batch, { input, records, output, deadLetters, counted }: Processed): void {
    this.#tallies.set(batch, {
      traffic: [
        ['input', input, { records: records.length, bytes: bytesOf(records) }],
        ...[...trafficByTopic(output)].map(([topic, traffic]) => ['output', topic, traffic] as const),
      ],
      // The records of a partition are in the order in which they were appended.
      oldest: records.find(({ appendedAt }) => appendedAt !== undefined)?.appendedAt,
      deadLetters: countsOf(deadLetters),
      counted: countsOf(counted),
    })
  }

  transaction(records: number, ms: number, batches: readonly Batch[] = []): void {
    this.records += records
    this.transactions += 1
    this.commitMs = ms
    let oldest = Number.POSITIVE_INFINITY
    for (const batch of batches) {
      const tally = this.#tallies.get(batch)
      if (!tally) continue
      for (const [of, topic, traffic] of tally.traffic) addTraffic(this[of], topic, traffic)
      for (const [code, count] of tally.deadLetters) add(this.deadLetters, code, count)
      for (const [name, count] of tally.counted) add(this.counters, name, count)
      oldest = Math.min(oldest, tally.oldest ?? oldest)
    }
    if (this.#listeners.size === 0) return
    const latencyMs = Number.isFinite(oldest) ? Math.max(0, Date.now() - oldest) : undefined
    for (const listener of this.#listeners) listener({ records, ms, latencyMs })
  }

  assigned(partitions: number | undefined): void {
    this.#assigned = partitions
  }

  aborted(): void {
    this.aborts += 1
  }

  fenced(): void {
    this.fencings += 1
  }

  restored(entries: number, ms: number): void {
    this.restores += 1
    this.restoredEntries += entries
    this.restoreMs += ms
  }

  lag(partition: number, records: number): void {
    this.#lag.set(partition, records)
  }

  /** Forgets the lag of a partition that is no longer ours. */
  forget(partition: number): void {
    this.#lag.delete(partition)
  }
}

export function sumOf(one: StoreSize, other: StoreSize): StoreSize {
  return {
    entries: one.entries + other.entries,
    liveBytes: one.liveBytes + other.liveBytes,
    bytes: one.bytes + other.bytes,
  }
}

/** The sizes of several partitions' stores, by the store's name. */
export function sumByStore(partitions: Iterable<ReadonlyMap<string, StoreSize>>): Map<string, StoreSize> {
  const sums = new Map<string, StoreSize>()
  for (const sizes of partitions) {
    for (const [store, size] of sizes) sums.set(store, sumOf(sums.get(store) ?? NOTHING, size))
  }
  return sums
}

interface KeyAndValue {
  readonly key: Buffer | null
  readonly value: Buffer | null
}

function bytesOf(records: readonly KeyAndValue[]): number {
  let bytes = 0
  for (const { key, value } of records) bytes += (key?.length ?? 0) + (value?.length ?? 0)
  return bytes
}

function trafficByTopic(output: readonly OutputRecord[]): Map<string, Traffic> {
  const byTopic = new Map<string, { records: number; bytes: number }>()
  for (const { topic, key, value } of output) {
    let traffic = byTopic.get(topic)
    if (!traffic) {
      traffic = { records: 0, bytes: 0 }
      byTopic.set(topic, traffic)
    }
    traffic.records += 1
    traffic.bytes += (key?.length ?? 0) + (value?.length ?? 0)
  }
  return byTopic
}

function countsOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const name of names) add(counts, name, 1)
  return counts
}

function add(counts: Map<string, number>, name: string, count: number): void {
  counts.set(name, (counts.get(name) ?? 0) + count)
}

function addTraffic(all: Map<string, Traffic>, topic: string, { records, bytes }: Traffic): void {
  const before = all.get(topic)
  all.set(topic, { records: (before?.records ?? 0) + records, bytes: (before?.bytes ?? 0) + bytes })
}
