import { recordSize } from './encode-batch.ts'
import type { OutputRecord } from './record.ts'

/** How far apart the times of one batch may be, in ms: the difference is exact, and its zig-zag code too. */
const MAX_TIME_SPAN = 2 ** 51

/**
 * Where the batch ends that begins at `start`: it holds at least one record, and no more than `maxBytes` where it holds
 * several. A record whose time is far from the first one's begins a batch of its own.
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
