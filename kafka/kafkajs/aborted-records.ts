import { createRequire } from 'node:module'

/**
 * kafkajs 2.2.4 delivers records of aborted transactions when several transactions are open at once: it assumes that the
 * broker's list of aborted transactions is sorted, which it is not, and starts at most one of them per record. This patch
 * marks every fetched record of an aborted transaction as a control record, which a consumer skips and counts as read. The
 * rule is that of Kafka's consumer: an aborted transaction begins at its first offset and ends at its producer's next
 * abort marker.
 */
interface Message {
  readonly offset: string
  readonly key: Buffer | null
  readonly batchContext: { readonly producerId: string; readonly inTransaction: boolean } | undefined
  isControlRecord: boolean
}

interface PartitionAnswer {
  abortedTransactions?: { readonly producerId: string; readonly firstOffset: string }[] | null
  messages: Message[]
}

interface Broker {
  fetch(request: object): Promise<{ responses: { partitions: PartitionAnswer[] }[] }>
}

const ABORT_MARKER = Buffer.from([0, 0, 0, 0])

/** Marks the records of aborted transactions in a partition's fetch response as control records. */
export function passOverAborted(answer: PartitionAnswer): void {
  const begins = (answer.abortedTransactions ?? []).toSorted((one, other) =>
    Number(BigInt(one.firstOffset) - BigInt(other.firstOffset)),
  )
  if (begins.length === 0) return
  answer.abortedTransactions = []
  const aborting = new Set<string>()
  let next = 0
  for (const message of answer.messages) {
    for (; next < begins.length; next += 1) {
      const begin = begins[next] as (typeof begins)[number]
      if (BigInt(begin.firstOffset) > BigInt(message.offset)) break
      aborting.add(begin.producerId)
    }
    const { producerId = '', inTransaction = false } = message.batchContext ?? {}
    if (message.isControlRecord) {
      if (message.key?.equals(ABORT_MARKER)) aborting.delete(producerId)
    } else if (inTransaction && aborting.has(producerId)) {
      message.isControlRecord = true
    }
  }
}

const require = createRequire(import.meta.url)
const broker = (require('kafkajs/src/broker') as { prototype: Broker }).prototype
const fetch = broker.fetch

broker.fetch = async function (this: Broker, request) {
  const answer = await fetch.call(this, request)
  for (const { partitions } of answer.responses) partitions.forEach(passOverAborted)
  return answer
}
