import { isUtf8 } from 'node:buffer'
import type { OutputRecord } from '../../kafka/protocol/record.ts'
import type { Position } from './content/cut-lines.ts'
import type { Mark } from './content/fingerprint.ts'
import type { ReadOutcome } from './files/file-reader.ts'
import type { FileWatcher } from './files/file-watcher.ts'
import type { RecordWriter } from './log-record.ts'
import type { ShipCounters } from './metrics.ts'

/** A batch is full when it reaches either limit; the read that reaches it may exceed it. */
const FULL_BYTES = 2 * 2 ** 20
const FULL_RECORDS = 20_000
/** The approximate memory of a record besides its value. */
const RECORD_BYTES = 200

const BOM = Buffer.from([0xef, 0xbb, 0xbf])

/** Lines that are sent together, and the positions that their files reach when the batch is acknowledged. */
export class InFlightBatch {
  readonly records: OutputRecord[] = []
  readonly #reached = new Map<FileWatcher, { readonly position: Position; readonly mark: Mark | undefined }>()
  #bytes = 0

  get isEmpty(): boolean {
    return this.#reached.size === 0
  }

  get isFull(): boolean {
    return this.#bytes >= FULL_BYTES || this.records.length >= FULL_RECORDS
  }

  has(watcher: FileWatcher): boolean {
    return this.#reached.has(watcher)
  }

  /** Adds the lines that were read. Copies their bytes, so the buffer may be reused. */
  add(
    watcher: FileWatcher,
    { bytes, lines, empty }: ReadOutcome & { kind: 'lines' },
    writer: RecordWriter,
    counters: ShipCounters,
  ): void {
    const { id, file } = watcher.entry
    const isClean = isUtf8(bytes)
    const hasNul = bytes.includes(0)
    const now = Date.now()
    for (const { from, to, start, isCut, isPartial } of lines) {
      // A byte order mark is not part of the first line.
      const begin = start === 0 && bytes.subarray(from, to).indexOf(BOM) === 0 ? from + BOM.length : from
      const text = bytes.toString('utf8', begin, to)
      if (!isClean && !isUtf8(bytes.subarray(from, to))) counters.invalidUtf8 += 1
      if (hasNul && text.includes('\0')) counters.withNul += 1
      if (isCut) counters.cut += 1
      else if (isPartial) counters.partial += 1
      const line = watcher.parse(text)
      if (!line.readable) counters.unreadable += 1
      const record = writer.record(line, { id, file, offset: start, isCut, isPartial }, now)
      this.records.push(record)
      this.#bytes += (record.value?.length ?? 0) + RECORD_BYTES
    }
    counters.lines += lines.length + empty
    counters.empty += empty
    this.#reached.set(watcher, { position: watcher.reader.position, mark: watcher.reader.mark })
  }

  /** Enters into the checkpoint what is about to be sent. The checkpoint must be saved before the batch is. */
  markSent(): void {
    for (const [{ entry }, { mark }] of this.#reached) if (mark) entry.sent = mark
  }

  /** Enters into the checkpoint what the broker has acknowledged. */
  acknowledge(counters: ShipCounters): void {
    counters.shipped += this.records.length
    counters.batches += 1
    for (const [{ entry }, { position, mark }] of this.#reached) {
      const { offset, isSkipping } = position
      counters.bytes += offset - entry.offset
      entry.offset = offset
      entry.isSkipping = isSkipping
      if (mark) entry.mark = mark
      else delete entry.mark
      if (entry.sent && entry.sent.end <= offset) delete entry.sent
      if (entry.breakAt !== undefined && entry.breakAt <= offset) delete entry.breakAt
    }
  }
}
