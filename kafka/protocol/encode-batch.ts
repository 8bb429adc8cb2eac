import { compressionsAlgorithms, crc32c } from '@platformatic/kafka'
import type { Headers, OutputRecord } from './record.ts'

/** The producer of a batch, and the sequence of its first record in the partition. */
export interface BatchProducer {
  readonly id: bigint
  readonly epoch: number
  readonly sequence: number
}

const MAGIC = 2
const ZSTD = 4
const IS_TRANSACTIONAL = 1 << 4
/** The range of a batch's times: the largest and the smallest double that fits into 64 bits. */
const MAX_TIME = 2 ** 63 - 1024
const MIN_TIME = -(2 ** 63)
/** The byte offsets of a batch's fields (Kafka's DefaultRecordBatch). */
const AT = {
  length: 8,
  leaderEpoch: 12,
  magic: 16,
  crc: 17,
  attributes: 21,
  lastOffsetDelta: 23,
  baseTimestamp: 27,
  maxTimestamp: 35,
  producerId: 43,
  producerEpoch: 51,
  baseSequence: 53,
  count: 57,
  records: 61,
} as const
/** From this size on, copying by the runtime is faster than byte by byte. */
const WORTH_COPYING = 24

/** The protocol's values for a producer without an id. */
export const NO_PRODUCER: BatchProducer = { id: -1n, epoch: -1, sequence: -1 }

/**
 * Encodes records of one partition as one uncompressed batch, in the format that brokers store. Writes every byte once, into
 * one buffer of the exact size.
 * @param records at least one
 * @param isTransactional whether the batch is part of a transaction
 */
export function encodeRecordBatch(
  records: readonly OutputRecord[],
  producer: BatchProducer,
  isTransactional = true,
): Buffer {
  const baseTimestamp = wireTime((records[0] as OutputRecord).timestamp)
  let maxTimestamp = baseTimestamp
  let size = AT.records
  const sizes = new Array<number>(records.length)
  for (let index = 0; index < records.length; index += 1) {
    const record = records[index] as OutputRecord
    const timestamp = wireTime(record.timestamp)
    if (timestamp > maxTimestamp) maxTimestamp = timestamp
    const body = bodySize(record, index, timestamp - baseTimestamp)
    sizes[index] = body
    size += varintSize(body * 2) + body
  }
  const batch = Buffer.allocUnsafeSlow(size)
  batch.writeBigInt64BE(0n, 0)
  batch.writeInt32BE(size - AT.leaderEpoch, AT.length)
  batch.writeInt32BE(-1, AT.leaderEpoch)
  batch.writeInt8(MAGIC, AT.magic)
  batch.writeInt16BE(isTransactional ? IS_TRANSACTIONAL : 0, AT.attributes)
  batch.writeInt32BE(records.length - 1, AT.lastOffsetDelta)
  batch.writeBigInt64BE(BigInt(baseTimestamp), AT.baseTimestamp)
  batch.writeBigInt64BE(BigInt(maxTimestamp), AT.maxTimestamp)
  batch.writeInt32BE(records.length, AT.count)
  let at: number = AT.records
  for (let index = 0; index < records.length; index += 1) {
    const { timestamp, key, value, headers } = records[index] as OutputRecord
    at = writeVarint(batch, at, (sizes[index] as number) * 2)
    batch[at++] = 0
    at = writeVarint(batch, at, zigzag(wireTime(timestamp) - baseTimestamp))
    at = writeVarint(batch, at, index * 2)
    at = writeBytes(batch, at, key)
    at = writeBytes(batch, at, value)
    at = writeVarint(batch, at, headers.length * 2)
    for (const [name, content] of headers) {
      at = writeBytes(batch, at, name)
      at = writeBytes(batch, at, content)
    }
  }
  return withProducer(batch, producer)
}

/**
 * Compresses the records of a batch, if that makes the batch smaller. A record that was read from a compressed batch may
 * exceed the topic's max.message.bytes, and can be written again only compressed.
 */
export function compressRecordBatch(batch: Buffer): Buffer {
  const records = compressionsAlgorithms.zstd.compressSync(batch.subarray(AT.records))
  if (records.length >= batch.length - AT.records) return batch
  const compressed = Buffer.concat([batch.subarray(0, AT.records), records])
  compressed.writeInt32BE(compressed.length - AT.leaderEpoch, AT.length)
  compressed.writeInt16BE(compressed.readInt16BE(AT.attributes) | ZSTD, AT.attributes)
  compressed.writeUInt32BE(crc32c(compressed.subarray(AT.attributes)), AT.crc)
  return compressed
}

function wireTime(timestamp: number): number {
  return Math.min(MAX_TIME, Math.max(MIN_TIME, timestamp))
}

/** Sets the producer of an encoded batch in place, for a batch that was encoded before its producer was known. */
export function withProducer(batch: Buffer, { id, epoch, sequence }: BatchProducer): Buffer {
  batch.writeBigInt64BE(id, AT.producerId)
  batch.writeInt16BE(epoch, AT.producerEpoch)
  batch.writeInt32BE(sequence, AT.baseSequence)
  batch.writeUInt32BE(crc32c(batch.subarray(AT.attributes)), AT.crc)
  return batch
}

/** The number of records in an encoded batch. */
export function countOf(batch: Buffer): number {
  return batch.readInt32BE(AT.count)
}

/** The estimated bytes of a record in a batch: rather a few too many than too few. */
export function recordSize({ key, value, headers }: OutputRecord): number {
  return 32 + (key?.length ?? 0) + (value?.length ?? 0) + headersSize(headers)
}

function bodySize({ key, value, headers }: OutputRecord, index: number, timeDelta: number): number {
  return (
    1 +
    varintSize(zigzag(timeDelta)) +
    varintSize(index * 2) +
    bytesSize(key) +
    bytesSize(value) +
    varintSize(headers.length * 2) +
    headersSize(headers)
  )
}

function headersSize(headers: Headers): number {
  let size = 0
  for (const [name, content] of headers) size += bytesSize(name) + bytesSize(content)
  return size
}

function bytesSize(bytes: Buffer | null): number {
  return bytes === null ? 1 : varintSize(bytes.length * 2) + bytes.length
}

/** Protocol Buffers' zig-zag code, which keeps small numbers of either sign small. Exact below 2^52. */
function zigzag(value: number): number {
  return value >= 0 ? value * 2 : value * -2 - 1
}

function varintSize(value: number): number {
  if (value < 0x80) return 1
  if (value < 0x4000) return 2
  if (value < 0x200000) return 3
  let size = 4
  for (let rest = value / 0x10000000; rest >= 1; rest /= 0x80) size += 1
  return size
}

function writeVarint(target: Buffer, start: number, value: number): number {
  let at = start
  let rest = value
  // JavaScript's bit operations work up to 31 bits only.
  while (rest > 0x7fffffff) {
    target[at++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  while (rest > 0x7f) {
    target[at++] = (rest & 0x7f) | 0x80
    rest >>>= 7
  }
  target[at++] = rest
  return at
}

function writeBytes(target: Buffer, start: number, bytes: Buffer | null): number {
  // Null has the length -1.
  if (bytes === null) {
    target[start] = 1
    return start + 1
  }
  const { length } = bytes
  const at = writeVarint(target, start, length * 2)
  if (length >= WORTH_COPYING) target.set(bytes, at)
  else for (let index = 0; index < length; index += 1) target[at + index] = bytes[index] as number
  return at + length
}
