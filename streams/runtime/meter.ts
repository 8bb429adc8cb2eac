import type { StreamMetrics } from '../../kafka/stream/stream-port.ts'

/** What stores hold, and the memory that it takes, in bytes. */
export interface StoreFigures {
  readonly entries: number
  /** What the entries take themselves. */
  readonly liveBytes: number
  /** All that the stores take, with what is set aside for more entries. */
  readonly bytes: number
}

export const NOTHING_HELD: StoreFigures = { entries: 0, liveBytes: 0, bytes: 0 }

export function sumOf(all: readonly StoreFigures[]): StoreFigures {
  const sum = (name: keyof StoreFigures) => all.reduce((total, figures) => total + figures[name], 0)
  return { entries: sum('entries'), liveBytes: sum('liveBytes'), bytes: sum('bytes') }
}

/** The figures of one running processor. Counts are since its start. */
export class Meter implements StreamMetrics {
  /** Records whose transaction was committed. */
  records = 0
  transactions = 0
  aborts = 0
  /** Aborts because another process had taken over. */
  fencings = 0
  /** Partitions whose store was read back from the changelog. */
  restores = 0
  restoredEntries = 0
  /** The last transaction's time from begin to commit, in ms. */
  commitMs = 0
  /** Records written by topic, committed or not. */
  readonly written = new Map<string, number>()
  /** What the stores hold now; once the processor is stopped, what they held then. */
  stores: () => StoreFigures = () => NOTHING_HELD
  readonly #lag = new Map<number, number>()

  /** How far behind the end of the input we are, over all partitions. */
  get totalLag(): number {
    let sum = 0
    for (const records of this.#lag.values()) sum += records
    return sum
  }

  transaction(records: number, ms: number): void {
    this.records += records
    this.transactions += 1
    this.commitMs = ms
  }

  aborted(): void {
    this.aborts += 1
  }

  fenced(): void {
    this.fencings += 1
  }

  lag(partition: number, records: number): void {
    this.#lag.set(partition, records)
  }

  forget(partition: number): void {
    this.#lag.delete(partition)
  }
}
