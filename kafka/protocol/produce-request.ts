import { type Reader, Writer } from '@platformatic/kafka'

/** The request that writes records, in the version used here (KIP-890's). */
export const PRODUCE = { key: 0, version: 11 } as const

export const REQUEST_TIMEOUT_MS = 15_000
const ALL_REPLICAS = -1

export interface PartitionBatch {
  readonly partition: number
  /** Encoded: see record-batch.ts. */
  readonly batch: Buffer
}

/** How a partition's batch fared: 0, or the broker's error code. */
export interface PartitionAnswer {
  readonly topic: string
  readonly partition: number
  readonly errorCode: number
  readonly reason: string | null
  /** Which records of the batch the error is about, by their index, and why; empty where the broker does not say. */
  readonly recordErrors: readonly RecordError[]
}

export interface RecordError {
  readonly index: number
  readonly reason: string | null
}

/**
 * A request with batches that are encoded already, at most one of a partition, acknowledged by all in-sync replicas.
 * @param transactionalId null outside of a transaction
 */
export function produceRequest(
  transactionalId: string | null,
  topics: ReadonlyMap<string, readonly PartitionBatch[]>,
): Writer {
  return Writer.create()
    .appendString(transactionalId)
    .appendInt16(ALL_REPLICAS)
    .appendInt32(REQUEST_TIMEOUT_MS)
    .appendArray([...topics], (writer, [topic, batches]) => {
      writer.appendString(topic).appendArray([...batches], (inner, { partition, batch }) => {
        inner
          .appendInt32(partition)
          .appendUnsignedVarInt(batch.length + 1)
          .append(batch)
      })
    })
    .appendTaggedFields()
}

/** The broker's answer for each partition of the request: partitions fail independently. */
export function readProduceAnswers(
  _correlationId: number,
  _key: number,
  _version: number,
  reader: Reader,
): PartitionAnswer[] {
  const answers: PartitionAnswer[] = []
  reader.readArray((found) => {
    const topic = found.readString()
    found.readArray((one) => {
      const partition = one.readInt32()
      const errorCode = one.readInt16()
      // The base offset, the time of the append, and where the log starts.
      for (let field = 0; field < 3; field += 1) one.readInt64()
      const recordErrors = one.readArray((record) => ({
        index: record.readInt32(),
        reason: record.readNullableString(),
      })) as RecordError[]
      answers.push({ topic, partition, errorCode, reason: one.readNullableString(), recordErrors })
    })
  })
  return answers
}
