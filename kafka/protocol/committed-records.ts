import { type AbortedTransaction, AbortedTransactions } from './aborted-transactions.ts'
import type { RecordBatch } from './decode-batch.ts'
import type { StreamRecord } from './record.ts'

const IS_TRANSACTIONAL = 1 << 4
const IS_CONTROL = 1 << 5

/** The committed records of fetched batches from an offset on, and the next offset to fetch. */
export function committedRecords(
  batches: readonly RecordBatch[],
  listed: readonly AbortedTransaction[] | null,
  from: number,
): { records: StreamRecord[]; next: number } {
  const aborted = new AbortedTransactions(listed)
  const records: StreamRecord[] = []
  let next = from
  for (const batch of batches) {
    const { attributes, lastOffset, producerId } = batch
    const isControl = (attributes & IS_CONTROL) !== 0
    const isAborted = aborted.holds({
      lastOffset,
      producerId,
      isTransactional: (attributes & IS_TRANSACTIONAL) !== 0,
      ...(isControl ? { marker: batch.records[0]?.key ?? null } : {}),
    })
    if (!isControl && !isAborted) {
      for (const record of batch.records) if (record.offset >= from) records.push(record)
    }
    next = Math.max(next, lastOffset + 1)
  }
  return { records, next }
}
