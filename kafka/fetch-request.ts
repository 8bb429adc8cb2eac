import { createAPI, fetchV15, type Reader, ResponseError } from '@platformatic/kafka'
import type { AbortedTransaction } from './fetched-records.ts'

/** What a broker answered of one partition: its records as the bytes that it stores. */
export interface PartitionAnswer {
  readonly partition: number
  /** Where the partition's committed records end now. */
  readonly lastStableOffset: number
  readonly aborted: readonly AbortedTransaction[] | null
  readonly records: Buffer
}

type Arguments = Parameters<typeof fetchV15.createRequest>

/** Fetch, version 15, whose records are not parsed: the client's parser makes three objects of each. */
export const fetchBytes = createAPI<Arguments, PartitionAnswer[]>(
  1,
  15,
  fetchV15.createRequest,
  (_correlationId: number, apiKey: number, apiVersion: number, reader: Reader) => {
    // The throttling time.
    reader.readInt32()
    const errors: Record<string, [number, null]> = {}
    const code = reader.readInt16()
    if (code !== 0) errors['/'] = [code, null]
    // The session.
    reader.readInt32()
    const topics = reader.readArray((topic, index) => {
      topic.readUUID()
      return topic.readArray((partition) => {
        const answer = readPartition(partition)
        if (answer.errorCode !== 0)
          errors[`/responses/${index}/${answer.partition}`] = [answer.errorCode, null]
        return answer
      })
    }) as PartitionAnswer[][]
    if (Object.keys(errors).length > 0) throw new ResponseError(apiKey, apiVersion, errors, topics)
    return topics.flat()
  },
)

function readPartition(reader: Reader): PartitionAnswer & { readonly errorCode: number } {
  const partition = reader.readInt32()
  const errorCode = reader.readInt16()
  // The high watermark.
  reader.readInt64()
  const lastStableOffset = Number(reader.readInt64())
  // The log's start.
  reader.readInt64()
  const aborted = reader.readNullableArray((transaction) => ({
    producerId: transaction.readInt64(),
    firstOffset: transaction.readInt64(),
  }))
  // The preferred replica.
  reader.readInt32()
  const size = Math.max(0, reader.readUnsignedVarInt() - 1)
  const records = reader.buffer.slice(reader.position, reader.position + size)
  reader.skip(size)
  return { partition, errorCode, lastStableOffset, aborted, records }
}
