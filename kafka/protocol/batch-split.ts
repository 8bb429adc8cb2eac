import { recordSize } from './encode-batch.ts'
import type { OutputRecord } from './record.ts'

/** The largest time span of a batch, in ms: within it, time differences and their zig-zag codes are exact. */
const MAX_TIME_SPAN = 2 ** 51

/**
 * The end (exclusive) of the batch that begins at `start`: at least one record, then as many as fit into `maxBytes` by an
 * estimate. A record whose time is too far from the first record's time begins another batch.
 */
export function batchEnd(records: readonly OutputRecord[], start: number, maxBytes: number): number {
  const base = (records[start] as OutputRecord).timestamp
  let bytes = 0
  for (let end = start; end < records.length; end += 1) {
    const record = records[end] as OutputRecord
    bytes += recordSize(record)
    if (end > start && (bytes > maxBytes || Math.abs(record.timestamp - base) > MAX_TIME_SPAN)) return end
  }
  return records.length
}
