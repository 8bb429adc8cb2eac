import { isUtf8 } from 'node:buffer'
import type { OutputRecord } from '../../kafka/protocol/record.ts'
import type { Position } from './content/cut-lines.ts'
import type { Mark } from './content/fingerprint.ts'
import type { FileWatcher, Turn } from './files/file-watcher.ts'
import type { RecordWriter } from './log-record.ts'
import type { Figures } from './metrics.ts'

/** What is gathered until it is sent. A line over these only begins the next one. */
const FULL_BYTES = 2 * 2 ** 20
const FULL_RECORDS = 20_000
/** What a record takes in memory beside its value, about. */
const RECORD_BYTES = 200

const BOM = Buffer.from([0xef, 0xbb, 0xbf])

/** Lines that are sent together, and up to where their files are acknowledged when they are. */
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

  has(tail: FileWatcher): boolean {
    return this.#reached.has(tail)
  }

  /** Takes what a turn gave: the bytes may be used for something else afterwards. */
  add(
    tail: FileWatcher,
    { bytes, lines, empty }: Turn & { kind: 'lines' },
    writer: RecordWriter,
    figures: Figures,
  ): void {
    const { id, file } = tail.entry
    const isClean = isUtf8(bytes)
    const hasNul = bytes.includes(0)
    const now = Date.now()
    for (const { from, to, start, isCut, isPartial } of lines) {
      // A byte order mark is no part of the first line.
      const begin = start === 0 && bytes.subarray(from, to).indexOf(BOM) === 0 ? from + BOM.length : from
      const text = bytes.toString('utf8', begin, to)
      if (!isClean && !isUtf8(bytes.subarray(from, to))) figures.invalidUtf8 += 1
      if (hasNul && text.includes('\0')) figures.withNul += 1
      if (isCut) figures.cut += 1
      else if (isPartial) figures.partial += 1
      const line = tail.read(text)
      if (!line.readable) figures.unreadable += 1
      const record = writer.record(line, { id, file, offset: start, isCut, isPartial }, now)
      this.records.push(record)
      this.#bytes += (record.value?.length ?? 0) + RECORD_BYTES
    }
    figures.lines += lines.length + empty
    figures.empty += empty
    this.#reached.set(tail, { position: tail.position, mark: tail.mark })
  }

  /** The broker is about to be given it: the checkpoint must say so first. */
  give(): void {
    for (const [{ entry }, { mark }] of this.#reached) if (mark) entry.sent = mark
  }

  /** The broker has all of it. */
  acknowledge(figures: Figures): void {
    figures.shipped += this.records.length
    for (const [{ entry }, { position, mark }] of this.#reached) {
      const { offset, isSkipping } = position
      figures.bytes += offset - entry.offset
      entry.offset = offset
      entry.isSkipping = isSkipping
      if (mark) entry.mark = mark
      else delete entry.mark
      if (entry.sent && entry.sent.end <= offset) delete entry.sent
      if (entry.breakAt !== undefined && entry.breakAt <= offset) delete entry.breakAt
    }
  }
}
