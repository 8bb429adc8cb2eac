import type { Fetched } from '../platformatic/platformatic-fetcher.ts'
import type { Batch } from './stream-port.ts'

/** An open partition. Offsets are those of the next record: to be processed, and to be processed after a restart. */
interface OpenPartition {
  position: number
  committed: number
  /** The last stable offset, as of the latest fetch. */
  end: number
  /** Fetched and not taken yet: behind the position there may also be nothing but transaction markers. */
  fetched: Fetched | undefined
}

/** What was fetched and is not processed yet, and how far each open partition is. */
export class FetchBuffer {
  readonly #partitions = new Map<number, OpenPartition>()

  /** Begins a partition at its committed offset, or where its log begins. */
  open(partition: number, offset: number): void {
    this.#partitions.set(partition, { position: offset, committed: offset, end: offset, fetched: undefined })
  }

  forget(partition: number): void {
    this.#partitions.delete(partition)
  }

  /** How many records wait to be processed. */
  get waiting(): number {
    let count = 0
    for (const { fetched } of this.#partitions.values()) count += fetched?.records.length ?? 0
    return count
  }

  /** From where to fetch the partitions of which no record waits. */
  toFetch(): Map<number, number> {
    const offsets = new Map<number, number>()
    for (const [partition, { position, fetched }] of this.#partitions) {
      if (!fetched || fetched.records.length === 0) offsets.set(partition, fetched?.next ?? position)
    }
    return offsets
  }

  add(fetched: Fetched): void {
    const open = this.#partitions.get(fetched.partition)
    if (!open) return
    open.fetched = fetched
    open.end = fetched.end
  }

  /**
   * Up to `limit` of the records that wait, an equal share of each partition. A partition of which only transaction markers
   * were fetched gives an empty batch, so that the group's offset passes them.
   */
  take(limit: number): Batch[] {
    const batches: Batch[] = []
    const ready = [...this.#partitions.values()].filter(
      ({ position, fetched }) => fetched && (fetched.records.length > 0 || fetched.next > position),
    )
    let left = limit
    for (const [index, open] of ready.entries()) {
      const fetched = open.fetched as Fetched
      const share = Math.ceil(left / (ready.length - index))
      const records = fetched.records.slice(0, share)
      const rest = fetched.records.slice(share)
      const next = rest[0]?.offset ?? fetched.next
      left -= records.length
      batches.push({ partition: fetched.partition, records, next })
      open.position = next
      open.fetched = rest.length > 0 ? { ...fetched, records: rest } : undefined
      if (left <= 0) break
    }
    return batches
  }

  /** Notes that a partition is committed up to an offset. */
  committed(partition: number, next: number): void {
    const open = this.#partitions.get(partition)
    if (open) open.committed = next
  }

  /** How many offsets are between the committed one and the last stable one; 0 of a partition that is not open. */
  lag(partition: number): number {
    const open = this.#partitions.get(partition)
    return open ? Math.max(0, open.end - open.committed) : 0
  }
}
