import kafkajs, { type Message, type Transaction } from 'kafkajs'
import pRetry from 'p-retry'
import { kafkajsHeaders } from '../kafkajs/exact-headers.ts'
import { errorTypes } from '../kafkajs/kafkajs-error.ts'
import { batchEnd } from '../protocol/batch-split.ts'
import { recordSize } from '../protocol/encode-batch.ts'
import type { OutputRecord } from '../protocol/record.ts'
import { isRefusal, OutputRefusedError, type Refusal, refusalOf } from './refusal.ts'

const { CompressionTypes } = kafkajs

/** What one request may take where it holds several records: kafkajs makes one batch of a partition's, and never splits it. */
const REQUEST_BYTES = 900 * 1024
/** From what size on a record is compressed that comes again, in bytes. */
const WORTH_COMPRESSING = 1024
/** A broker ends the connection at a request of 100 MiB (socket.request.max.bytes): nothing is written that is near it. */
const MAX_RECORD_BYTES = 96 * 1024 * 1024
/** A broker may take 5 s to end the transaction before; it is asked every 5 ms. */
const UNTIL_ENDED = { retries: Number.POSITIVE_INFINITY, minTimeout: 5, factor: 1, maxRetryTime: 5_000 }

/**
 * Writes records in a transaction.
 * @throws OutputRefusedError where the broker refuses some, whichever they are
 */
export async function send(transaction: Transaction, output: readonly OutputRecord[]): Promise<void> {
  for (const [topic, records] of Map.groupBy(output, (record) => record.topic)) {
    for (let start = 0; start < records.length; ) {
      const end = batchEnd(records, start, REQUEST_BYTES)
      try {
        await sendBatch(transaction, topic, records.slice(start, end), REQUEST_BYTES)
      } catch (error) {
        const name = refusalIn(error)
        if (name === undefined) throw error
        throw new OutputRefusedError(`${topic} refused a batch: ${reasonOf(error)} (${name})`)
      }
      start = end
    }
  }
}

/**
 * Writes records in a transaction, a batch that is refused again in halves, until each record that the broker refuses is known
 * by itself.
 * @throws OutputRefusedError
 */
export async function sendCarefully(
  transaction: Transaction,
  output: readonly OutputRecord[],
): Promise<void> {
  const refused: { output: OutputRecord; refusal: Refusal }[] = []
  let message = ''
  const places = Map.groupBy(output, ({ topic, partition }) => `${partition} ${topic}`)
  for (const records of places.values()) {
    const waiting: (readonly OutputRecord[])[] = [records]
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const end = batchEnd(next, 0, REQUEST_BYTES)
      if (end < next.length) waiting.push(next.slice(end))
      const tried = next.slice(0, end)
      const [first] = tried as [OutputRecord]
      try {
        await sendBatch(transaction, first.topic, tried, WORTH_COMPRESSING)
      } catch (error) {
        const name = refusalIn(error)
        if (name === undefined) throw error
        message ||= `${first.topic} refused a batch: ${reasonOf(error)} (${name})`
        const half = tried.length >> 1
        if (half > 0) waiting.push(tried.slice(half), tried.slice(0, half))
        else refused.push({ output: first, refusal: refusalOf(name, reasonOf(error), first) })
      }
    }
  }
  if (refused.length > 0) throw new OutputRefusedError(message, refused)
}

type Offsets = Parameters<Transaction['sendOffsets']>[0]

/**
 * Adds offsets to a transaction. kafkajs does not repeat that request where the broker is still ending the producer's
 * transaction before, which a transaction without output meets at once.
 */
export function sendOffsets(transaction: Transaction, offsets: Offsets): Promise<void> {
  return pRetry(() => transaction.sendOffsets(offsets), {
    ...UNTIL_ENDED,
    shouldRetry: ({ error }) => errorTypes(error).includes('CONCURRENT_TRANSACTIONS'),
  })
}

/** A single record that is larger than `compressFrom` is compressed: it may have come compressed too. */
async function sendBatch(
  transaction: Transaction,
  topic: string,
  records: readonly OutputRecord[],
  compressFrom: number,
): Promise<void> {
  const size = records.length === 1 ? recordSize(records[0] as OutputRecord) : 0
  if (size > MAX_RECORD_BYTES) throw new TooLarge(`${size} bytes are more than one request may hold`)
  const compression = size > compressFrom ? CompressionTypes.ZSTD : CompressionTypes.None
  await transaction.send({ topic, messages: records.map(messageOf), acks: -1, compression })
}

class TooLarge extends Error {
  readonly type = 'MESSAGE_TOO_LARGE'
}

function refusalIn(error: unknown): string | undefined {
  return errorTypes(error).find(isRefusal)
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

function messageOf({ partition, timestamp, key, value, headers }: OutputRecord): Message {
  return { partition, timestamp: String(timestamp), key, value, headers: kafkajsHeaders(headers) }
}
