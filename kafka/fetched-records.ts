import type { RecordsBatch } from '@platformatic/kafka'
import type { StreamRecord } from './stream-port.ts'

const IS_TRANSACTIONAL = 1 << 4
const IS_CONTROL = 1 << 5
const IS_LOG_APPEND_TIME = 1 << 3
const ABORT_MARKER = 0

/** The part of a fetch response that is about one partition. */
export interface FetchedPartition {
  readonly partitionIndex: number
  readonly records?: readonly RecordsBatch[] | null
  readonly abortedTransactions?:
    | readonly { readonly producerId: bigint; readonly firstOffset: bigint }[]
    | null
}

/**
 * The committed records of a fetched partition from an offset on, and the offset after all that was fetched. Follows
 * Kafka's own consumer (CompletedFetch): an aborted transaction begins at its first offset and ends at its producer's
 * next abort marker, which may be in a later fetch. The client's own filter passes such records, so it is not used.
 */
export function committedRecords(
  fetched: FetchedPartition,
  from: number,
): { records: StreamRecord[]; next: number } {
  const begins = [...(fetched.abortedTransactions ?? [])].sort((a, b) =>
    a.firstOffset < b.firstOffset ? -1 : 1,
  )
  const aborting = new Set<bigint>()
  const records: StreamRecord[] = []
  let next = from
  let begin = 0
  for (const batch of fetched.records ?? []) {
    const first = Number(batch.firstOffset)
    const last = first + batch.lastOffsetDelta
    for (; begin < begins.length && Number(begins[begin]?.firstOffset) <= last; begin += 1) {
      aborting.add((begins[begin] as { producerId: bigint }).producerId)
    }
    if (batch.attributes & IS_CONTROL) {
      if (batch.records[0]?.key?.readInt16BE(2) === ABORT_MARKER) aborting.delete(batch.producerId)
    } else if (!(batch.attributes & IS_TRANSACTIONAL && aborting.has(batch.producerId))) {
      const firstTimestamp = Number(batch.firstTimestamp)
      const appendTime = batch.attributes & IS_LOG_APPEND_TIME ? Number(batch.maxTimestamp) : undefined
      for (const record of batch.records) {
        const offset = first + record.offsetDelta
        if (offset < from) continue
        records.push({
          partition: fetched.partitionIndex,
          offset,
          timestamp: appendTime ?? firstTimestamp + Number(record.timestampDelta),
          key: record.key,
          value: record.value,
          headers: record.headers as StreamRecord['headers'],
        })
      }
    }
    next = Math.max(next, last + 1)
  }
  return { records, next }
}
