import { createRequire } from 'node:module'
import { AbortedTransactions } from '../protocol/aborted-transactions.ts'

/**
 * Corrects what a read_committed consumer of kafkajs 2.2.4 gets. kafkajs delivers records of aborted transactions when
 * several transactions are open at once: it assumes that the broker's list of aborted transactions is sorted, which it is
 * not, and starts at most one of them per record. And it counts lag to the high watermark, which a read_committed consumer
 * cannot reach while a transaction is open. So this patch marks every fetched record of an aborted transaction as a control
 * record, which a consumer skips and counts as read, and replaces the high watermark by the last stable offset.
 */
interface Message {
  readonly offset: string
  readonly key: Buffer | null
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean } | undefined
  isControlRecord: boolean
}

interface FetchedPartition {
  highWatermark: string
  readonly lastStableOffset?: string
  abortedTransactions?: { readonly producerId: string; readonly firstOffset: string }[] | null
  messages: Message[]
}

interface Broker {
  fetch(request: {
    readonly isolationLevel?: number
  }): Promise<{ responses: { partitions: FetchedPartition[] }[] }>
}

const READ_COMMITTED = 1

/** Reduces a fetched partition to its committed part: the records, and where they end. */
export function onlyCommitted(fetched: FetchedPartition): void {
  fetched.highWatermark = fetched.lastStableOffset ?? fetched.highWatermark
  const listed = fetched.abortedTransactions ?? []
  if (listed.length === 0) return
  fetched.abortedTransactions = []
  const aborted = new AbortedTransactions(
    listed.map(({ producerId, firstOffset }) => ({
      producerId: BigInt(producerId),
      firstOffset: BigInt(firstOffset),
    })),
  )
  for (const message of fetched.messages) {
    const { producerId = '-1', inTransaction = false } = message.batchContext ?? {}
    const isAborted = aborted.holds({
      lastOffset: Number(message.offset),
      producerId: BigInt(producerId),
      isTransactional: inTransaction,
      ...(message.isControlRecord ? { marker: message.key } : {}),
    })
    if (isAborted) message.isControlRecord = true
  }
}

const require = createRequire(import.meta.url)
const broker = (require('kafkajs/src/broker') as { prototype: Broker }).prototype
const fetch = broker.fetch

broker.fetch = async function (this: Broker, request) {
  const answer = await fetch.call(this, request)
  if ((request.isolationLevel ?? READ_COMMITTED) !== READ_COMMITTED) return answer
  for (const { partitions } of answer.responses) partitions.forEach(onlyCommitted)
  return answer
}
