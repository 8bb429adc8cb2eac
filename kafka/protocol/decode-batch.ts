import { compressionsAlgorithmsByBitmask } from '@platformatic/kafka'
import type { Headers, StreamRecord } from './record.ts'

/** A stored batch of one partition. Compaction may have removed records; the first and last offset stay. */
export interface RecordBatch {
  readonly firstOffset: number
  readonly lastOffset: number
  readonly attributes: number
  readonly producerId: bigint
  readonly records: readonly StreamRecord[]
}

const COMPRESSION = 0b111
const IS_LOG_APPEND_TIME = 1 << 3
/** The byte offsets of a batch's fields (Kafka's DefaultRecordBatch). */
const AT = {
  length: 8,
  magic: 16,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  count: 57,
  records: 61,
} as const
const LENGTH_END = 12
const MAGIC = 2
const NO_HEADERS: Headers = []

/**
 * The batches of a fetched partition. Keys, values and headers are views of the bytes, not copies. A batch that the
 * response's size limit has cut off is left out.
 * @throws Error if a batch has a format from before Kafka 0.11, or an unknown compression
 */
export function readRecordBatches(bytes: Buffer, partition: number): RecordBatch[] {
  const batches: RecordBatch[] = []
  for (let at = 0; at + AT.records <= bytes.length; ) {
    const end = at + LENGTH_END + bytes.readInt32BE(at + AT.length)
    if (end > bytes.length) break
    batches.push(readBatch(bytes.subarray(at, end), partition))
    at = end
  }
  return batches
}

function readBatch(batch: Buffer, partition: number): RecordBatch {
  const magic = batch[AT.magic]
  if (magic !== MAGIC) throw new Error(`partition ${partition} holds records of the old format ${magic}`)
  const attributes = batch.readInt16BE(AT.attributes)
  const firstOffset = Number(batch.readBigInt64BE(0))
  const baseTimestamp = Number(batch.readBigInt64BE(AT.baseTimestamp))
  const appendTime =
    attributes & IS_LOG_APPEND_TIME ? Number(batch.readBigInt64BE(AT.maxTimestamp)) : undefined
  const count = batch.readInt32BE(AT.count)
  const cursor = new Cursor(recordsOf(batch, attributes & COMPRESSION, partition))
  const records = new Array<StreamRecord>(count)
  for (let index = 0; index < count; index += 1) {
    cursor.varint()
    // A record's attributes are unused.
    cursor.at += 1
    const createTime = baseTimestamp + cursor.varint()
    const offset = firstOffset + cursor.varint()
    const key = cursor.bytes()
    const value = cursor.bytes()
    records[index] = {
      partition,
      offset,
      timestamp: appendTime ?? createTime,
      appendedAt: appendTime,
      key,
      value,
      headers: cursor.headers(),
    }
  }
  return {
    firstOffset,
    lastOffset: firstOffset + batch.readInt32BE(AT.lastOffsetDelta),
    attributes,
    producerId: batch.readBigInt64BE(AT.producerId),
    records,
  }
}

function recordsOf(batch: Buffer, compression: number, partition: number): Buffer {
  const stored = batch.subarray(AT.records)
  if (compression === 0) return stored
  const algorithm = (
    compressionsAlgorithmsByBitmask as Record<number, { decompressSync(data: Buffer): Buffer } | undefined>
  )[compression]
  if (!algorithm)
    throw new Error(`a batch of partition ${partition} has the unknown compression ${compression}`)
  return algorithm.decompressSync(stored)
}

/** A read position in a batch's records. */
class Cursor {
  at = 0
  readonly #bytes: Buffer

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** Reads a signed integer: zig-zag code, seven bits in each byte. Exact up to 2^53. */
  varint(): number {
    const bytes = this.#bytes
    let byte = bytes[this.at++] as number
    if (byte < 0x80) return byte & 1 ? -(byte + 1) / 2 : byte / 2
    let value = byte & 0x7f
    let scale = 0x80
    do {
      byte = bytes[this.at++] as number
      value += (byte & 0x7f) * scale
      scale *= 0x80
    } while (byte >= 0x80)
    return value % 2 === 1 ? -(value + 1) / 2 : value / 2
  }

  bytes(): Buffer | null {
    const length = this.varint()
    if (length < 0) return null
    const start = this.at
    this.at += length
    return this.#bytes.subarray(start, this.at)
  }

  headers(): Headers {
    const count = this.varint()
    if (count === 0) return NO_HEADERS
    return Array.from({ length: count }, () => [this.bytes() as Buffer, this.bytes()] as const)
  }
}
