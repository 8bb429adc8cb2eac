import type { RecordBatch } from './decode-batch.ts'
import type { StreamRecord } from './record.ts'

const IS_TRANSACTIONAL = 1 << 4
const IS_CONTROL = 1 << 5
const ABORT_MARKER = 0

export interface AbortedTransaction {
  readonly producerId: bigint
  readonly firstOffset: bigint
}

/**
 * The committed records of fetched batches from an offset on, and the next offset to fetch. Follows Kafka's consumer
 * (CompletedFetch): an aborted transaction begins at its first offset and ends at its producer's next abort marker, which
 * may be in a later fetch. The client's own filter lets records through in that case, so it is not used.
 */
export function committedRecords(
  batches: readonly RecordBatch[],
  aborted: readonly AbortedTransaction[] | null,
  from: number,
): { records: StreamRecord[]; next: number } {
  const begins = (aborted ?? []).toSorted((a, b) => (a.firstOffset < b.firstOffset ? -1 : 1))
  const aborting = new Set<bigint>()
  const records: StreamRecord[] = []
  let next = from
  let begin = 0
  for (const batch of batches) {
    for (; begin < begins.length && Number(begins[begin]?.firstOffset) <= batch.lastOffset; begin += 1) {
      aborting.add((begins[begin] as AbortedTransaction).producerId)
    }
    if (batch.attributes & IS_CONTROL) {
      if (batch.records[0]?.key?.readInt16BE(2) === ABORT_MARKER) aborting.delete(batch.producerId)
    } else if (!(batch.attributes & IS_TRANSACTIONAL && aborting.has(batch.producerId))) {
      for (const record of batch.records) if (record.offset >= from) records.push(record)
    }
    next = Math.max(next, batch.lastOffset + 1)
  }
  return { records, next }
}
