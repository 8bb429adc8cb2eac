import type { Fetched } from '../platformatic/platformatic-fetcher.ts'
import type { Batch } from './stream-port.ts'

interface OpenPartition {
  /** The next offset to process. */
  position: number
  /** The next offset to process after a restart. */
  committed: number
  /** The last stable offset, as of the latest fetch. */
  end: number
  /** What was fetched and not taken yet; without records where only transaction markers were fetched. */
  fetched: Fetched | undefined
}

/** Records that were fetched and wait to be processed, and the offsets of each open partition. */
export class FetchBuffer {
  readonly #partitions = new Map<number, OpenPartition>()

  /** Starts a partition at an offset. */
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

  /** The offsets to fetch from, for the partitions without waiting records. */
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
   * Takes up to `limit` waiting records, an equal share from each partition. A partition with nothing but transaction
   * markers gives an empty batch, so that the group's offset moves past the markers.
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

  /** Records that a partition's offset was committed. */
  committed(partition: number, next: number): void {
    const open = this.#partitions.get(partition)
    if (open) open.committed = next
  }

  /** Offsets between the committed and the last stable offset; 0 for a partition that is not open. */
  lag(partition: number): number {
    const open = this.#partitions.get(partition)
    return open ? Math.max(0, open.end - open.committed) : 0
  }
}
