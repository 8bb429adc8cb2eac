import kafkajs, { type Transaction } from 'kafkajs'
import pRetry from 'p-retry'
import { errorNames } from '../kafkajs/kafkajs-error.ts'
import { kafkajsMessage } from '../kafkajs/kafkajs-record.ts'
import { batchEnd } from '../protocol/batch-split.ts'
import { isRefusal } from '../protocol/broker-errors.ts'
import { recordSize } from '../protocol/encode-batch.ts'
import type { OutputRecord } from '../protocol/record.ts'
import { groupByPartition } from '../protocol/rounds.ts'
import { type BatchRefusal, findRefused, throwIfRefused } from './find-refused.ts'
import { OutputRefusedError, type RefusedOutput } from './refusal.ts'

const { CompressionTypes } = kafkajs

/** The most estimated bytes in a request of several records: kafkajs makes one batch for each partition and never splits it. */
const REQUEST_BYTES = 900 * 1024
/** Records above this size, in bytes, are compressed when they are sent again. */
const WORTH_COMPRESSING = 1024
/** A broker ends the connection at a request of 100 MiB (socket.request.max.bytes): nothing is sent that is near it. */
const MAX_RECORD_BYTES = 96 * 1024 * 1024
/** Retries every 5 ms for up to 5 s, in which the broker should have ended the previous transaction. */
const UNTIL_ENDED = { retries: Number.POSITIVE_INFINITY, minTimeout: 5, factor: 1, maxRetryTime: 5_000 }

/**
 * Writes records in a transaction.
 * @throws OutputRefusedError if the broker refuses a batch; it does not name the records
 */
export async function send(transaction: Transaction, output: readonly OutputRecord[]): Promise<void> {
  for (const [topic, records] of Map.groupBy(output, (record) => record.topic)) {
    for (let start = 0; start < records.length; ) {
      const end = batchEnd(records, start, REQUEST_BYTES)
      const refusal = await sendBatch(transaction, topic, records.slice(start, end), REQUEST_BYTES)
      if (refusal) {
        throw new OutputRefusedError(`${topic} refused a batch: ${refusal.reason} (${refusal.error})`)
      }
      start = end
    }
  }
}

/**
 * Writes records in a transaction, one batch of one partition at a time, and finds each record that the broker refuses.
 * @throws OutputRefusedError that names the records
 */
export async function sendCarefully(
  transaction: Transaction,
  output: readonly OutputRecord[],
): Promise<void> {
  const refused: RefusedOutput[] = []
  for (const [topic, partitions] of groupByPartition(output)) {
    for (const records of Object.values(partitions)) {
      const found = await findRefused(records, {
        maxBytes: () => REQUEST_BYTES,
        send: (batch) => sendBatch(transaction, topic, batch, WORTH_COMPRESSING),
      })
      refused.push(...found)
    }
  }
  throwIfRefused(refused)
}

type Offsets = Parameters<Transaction['sendOffsets']>[0]

/**
 * Adds offsets to a transaction. kafkajs does not retry this request while the broker is still ending the producer's
 * previous transaction, and it is the first request of a transaction without output.
 */
export function sendOffsets(transaction: Transaction, offsets: Offsets): Promise<void> {
  return pRetry(() => transaction.sendOffsets(offsets), {
    ...UNTIL_ENDED,
    shouldRetry: ({ error }) => errorNames(error).includes('CONCURRENT_TRANSACTIONS'),
  })
}

/**
 * Sends records in one request. Returns why the broker refused them; kafkajs's version of the response names no records.
 * @param compressFrom a single record above this size, in bytes, is compressed: its source may have been, too
 * @throws errors that are not about the records
 */
async function sendBatch(
  transaction: Transaction,
  topic: string,
  records: readonly OutputRecord[],
  compressFrom: number,
): Promise<BatchRefusal | undefined> {
  const size = records.length === 1 ? recordSize(records[0] as OutputRecord) : 0
  if (size > MAX_RECORD_BYTES) {
    const reason = `${size} bytes are more than one request may hold`
    return { error: 'MESSAGE_TOO_LARGE', reason, records: [] }
  }
  const compression = size > compressFrom ? CompressionTypes.ZSTD : CompressionTypes.None
  try {
    await transaction.send({ topic, messages: records.map(kafkajsMessage), acks: -1, compression })
    return undefined
  } catch (error) {
    const refusal = errorNames(error).find(isRefusal)
    if (refusal === undefined) throw error
    return { error: refusal, reason: (error as Error).message, records: [] }
  }
}
