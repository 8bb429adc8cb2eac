export interface AbortedTransaction {
  readonly producerId: bigint
  readonly firstOffset: bigint
}

/** An entry of the log: a record, or a batch. */
export interface LogEntry {
  readonly lastOffset: number
  readonly producerId: bigint
  readonly isTransactional: boolean
  /** Only for control records, such as transaction markers: the key (KIP-98); null if compaction has emptied the batch. */
  readonly marker?: Buffer | null
}

const ABORT_MARKER = 0

/**
 * Tells which entries belong to aborted transactions, by the rule of Kafka's consumer (CompletedFetch): an aborted
 * transaction begins at its first offset and ends at its producer's next abort marker, which may be in a later fetch. The
 * broker's list is not sorted by first offset. The clients' own filters get these cases wrong, so they are not used.
 */
export class AbortedTransactions {
  readonly #begins: readonly AbortedTransaction[]
  readonly #aborting = new Set<bigint>()
  #next = 0

  /** @param listed the aborted transactions of a fetched partition, in any order; null for none */
  constructor(listed: readonly AbortedTransaction[] | null | undefined) {
    this.#begins = (listed ?? []).toSorted((one, other) => (one.firstOffset < other.firstOffset ? -1 : 1))
  }

  /** Whether an entry belongs to an aborted transaction. Must be called for every entry of the fetch, in log order. */
  holds({ lastOffset, producerId, isTransactional, marker }: LogEntry): boolean {
    for (; this.#next < this.#begins.length; this.#next += 1) {
      const begin = this.#begins[this.#next] as AbortedTransaction
      if (Number(begin.firstOffset) > lastOffset) break
      this.#aborting.add(begin.producerId)
    }
    if (marker === undefined) return isTransactional && this.#aborting.has(producerId)
    if (marker?.readInt16BE(2) === ABORT_MARKER) this.#aborting.delete(producerId)
    return false
  }
}
