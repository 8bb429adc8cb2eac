export interface AbortedTransaction {
  readonly producerId: bigint
  readonly firstOffset: bigint
}

/** What the log holds next: a record, or a batch, whose records share a producer. */
export interface LogEntry {
  readonly lastOffset: number
  readonly producerId: bigint
  readonly isTransactional: boolean
  /** Set for a transaction marker, which is a control record: its key (KIP-98). Null where compaction has emptied it. */
  readonly marker?: Buffer | null
}

const ABORT_MARKER = 0

/**
 * The rule of Kafka's consumer (CompletedFetch): an aborted transaction begins at its first offset and ends at its
 * producer's next abort marker, which may be in a later fetch. The broker's list is not sorted by first offset. Neither
 * client's own filter handles both, so none is used.
 */
export class AbortedTransactions {
  readonly #begins: readonly AbortedTransaction[]
  readonly #aborting = new Set<bigint>()
  #next = 0

  /** @param listed the aborted transactions of a fetched partition, in any order; null for none */
  constructor(listed: readonly AbortedTransaction[] | null | undefined) {
    this.#begins = (listed ?? []).toSorted((one, other) => (one.firstOffset < other.firstOffset ? -1 : 1))
  }

  /** Whether an entry is of an aborted transaction. To be asked for every entry of the fetch, in the log's order. */
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
