import { createAPI, protocolErrors, protocolErrorsCodesById, type Reader, Writer } from '@platformatic/kafka'

/** Key and version of the Produce request (KIP-890). */
export const PRODUCE = { key: 0, version: 11 } as const

export const REQUEST_TIMEOUT_MS = 15_000
const ALL_REPLICAS = -1

/** Records of one partition, encoded: see encode-batch.ts. */
export interface EncodedBatch {
  readonly topic: string
  readonly partition: number
  readonly bytes: Buffer
}

/** The result for one partition's batch: partitions fail independently. */
export interface ProduceResult {
  readonly topic: string
  readonly partition: number
  /** 0 if the batch was written, else the broker's error code. */
  readonly errorCode: number
  readonly reason: string | null
  /** The records at fault; empty if the broker does not say. */
  readonly recordErrors: readonly RecordError[]
}

export interface RecordError {
  /** The record's index in its batch. */
  readonly index: number
  readonly reason: string | null
}

/** The protocol's name of a result's error. */
export function errorNameOf({ errorCode }: ProduceResult): string {
  return protocolErrorsCodesById[errorCode] ?? `error ${errorCode}`
}

/** Why a batch was not written, in the broker's words or else the protocol's. */
export function reasonOf(result: ProduceResult): string {
  const name = errorNameOf(result)
  return result.reason ?? protocolErrors[name]?.message ?? name
}

/**
 * Produces encoded batches, at most one of each partition, acknowledged by all in-sync replicas. The client's own request
 * encodes each record itself and throws when any partition fails, so that the other partitions' results are lost.
 * @param transactionalId null outside of a transaction
 */
export const produceBatches = createAPI<
  [transactionalId: string | null, batches: readonly EncodedBatch[]],
  ProduceResult[]
>(PRODUCE.key, PRODUCE.version, createRequest, readResults)

function createRequest(transactionalId: string | null, batches: readonly EncodedBatch[]): Writer {
  const byTopic = Map.groupBy(batches, ({ topic }) => topic)
  return Writer.create()
    .appendString(transactionalId)
    .appendInt16(ALL_REPLICAS)
    .appendInt32(REQUEST_TIMEOUT_MS)
    .appendArray([...byTopic], (writer, [topic, own]) => {
      writer.appendString(topic).appendArray(own, (inner, { partition, bytes }) => {
        inner
          .appendInt32(partition)
          .appendUnsignedVarInt(bytes.length + 1)
          .append(bytes)
      })
    })
    .appendTaggedFields()
}

function readResults(
  _correlationId: number,
  _key: number,
  _version: number,
  reader: Reader,
): ProduceResult[] {
  const results: ProduceResult[] = []
  reader.readArray((found) => {
    const topic = found.readString()
    found.readArray((one) => {
      const partition = one.readInt32()
      const errorCode = one.readInt16()
      // The base offset, the append time and the log start offset.
      for (let field = 0; field < 3; field += 1) one.readInt64()
      const recordErrors = one.readArray((record) => ({
        index: record.readInt32(),
        reason: record.readNullableString(),
      })) as RecordError[]
      results.push({ topic, partition, errorCode, reason: one.readNullableString(), recordErrors })
    })
  })
  return results
}
