import { createAPI, fetchV15, type Reader, ResponseError } from '@platformatic/kafka'
import type { AbortedTransaction } from './aborted-transactions.ts'

/** A partition of a fetch response, with its records as the bytes that the broker stores. */
export interface FetchedPartition {
  readonly partition: number
  /** The last stable offset: no transaction below it is still open. */
  readonly lastStableOffset: number
  readonly aborted: readonly AbortedTransaction[] | null
  readonly records: Buffer
}

type Arguments = Parameters<typeof fetchV15.createRequest>

/** Fetch v15 without parsing the records: the client's parser allocates three objects per record. */
export const fetchBytes = createAPI<Arguments, FetchedPartition[]>(
  1,
  15,
  fetchV15.createRequest,
  (_correlationId: number, apiKey: number, apiVersion: number, reader: Reader) => {
    // Throttle time.
    reader.readInt32()
    const errors: Record<string, [number, null]> = {}
    const code = reader.readInt16()
    if (code !== 0) errors['/'] = [code, null]
    // Session id.
    reader.readInt32()
    const topics = reader.readArray((topic, index) => {
      topic.readUUID()
      return topic.readArray((partition) => {
        const fetched = readPartition(partition)
        if (fetched.errorCode !== 0)
          errors[`/responses/${index}/${fetched.partition}`] = [fetched.errorCode, null]
        return fetched
      })
    }) as FetchedPartition[][]
    if (Object.keys(errors).length > 0) throw new ResponseError(apiKey, apiVersion, errors, topics)
    return topics.flat()
  },
)

function readPartition(reader: Reader): FetchedPartition & { readonly errorCode: number } {
  const partition = reader.readInt32()
  const errorCode = reader.readInt16()
  // High watermark.
  reader.readInt64()
  const lastStableOffset = Number(reader.readInt64())
  // Log start offset.
  reader.readInt64()
  const aborted = reader.readNullableArray((transaction) => ({
    producerId: transaction.readInt64(),
    firstOffset: transaction.readInt64(),
  }))
  // Preferred read replica.
  reader.readInt32()
  const size = Math.max(0, reader.readUnsignedVarInt() - 1)
  const records = reader.buffer.slice(reader.position, reader.position + size)
  reader.skip(size)
  return { partition, errorCode, lastStableOffset, aborted, records }
}
