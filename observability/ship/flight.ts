import { isUtf8 } from 'node:buffer'
import type { OutputRecord } from '../../kafka/stream-port.ts'
import type { Position } from './cut-lines.ts'
import type { Figures } from './figures.ts'
import type { RecordWriter } from './log-record.ts'
import type { Tail, Turn } from './tail.ts'

/** What is gathered until it is sent. A line over these only begins the next one. */
const FULL_BYTES = 2 * 2 ** 20
const FULL_RECORDS = 20_000
/** What a record takes in memory beside its value, about. */
const RECORD_BYTES = 200

/** Lines that are sent together, and up to where their files are acknowledged when they are. */
export class Flight {
  readonly records: OutputRecord[] = []
  readonly #reached = new Map<Tail, Position>()
  #bytes = 0

  get isEmpty(): boolean {
    return this.#reached.size === 0
  }

  get isFull(): boolean {
    return this.#bytes >= FULL_BYTES || this.records.length >= FULL_RECORDS
  }

  has(tail: Tail): boolean {
    return this.#reached.has(tail)
  }

  /** Takes what a turn gave: the bytes may be used for something else afterwards. */
  add(
    tail: Tail,
    { bytes, lines, empty }: Turn & { kind: 'lines' },
    writer: RecordWriter,
    figures: Figures,
  ): void {
    const { id, file } = tail.entry
    const isClean = isUtf8(bytes)
    const hasNul = bytes.includes(0)
    const now = Date.now()
    for (const { from, to, start, isCut, isPartial } of lines) {
      const text = bytes.toString('utf8', from, to)
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
    this.#reached.set(tail, tail.position)
  }

  /** The broker has all of it. */
  acknowledge(figures: Figures): void {
    figures.shipped += this.records.length
    for (const [{ entry }, { offset, isSkipping }] of this.#reached) {
      figures.bytes += offset - entry.offset
      entry.offset = offset
      entry.isSkipping = isSkipping
      if (entry.breakAt !== undefined && entry.breakAt <= offset) delete entry.breakAt
    }
  }
}
