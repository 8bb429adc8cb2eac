import type { StreamMeter } from '../kafka/stream-port.ts'

/** The figures of one running processor. Counts are since its start. */
export class Meter implements StreamMeter {
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
  /** What the stores hold now, and the memory that it takes, in bytes. */
  stores: () => { readonly entries: number; readonly bytes: number } = () => ({ entries: 0, bytes: 0 })
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
