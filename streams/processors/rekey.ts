import { topic } from '../../catalog/topics.ts'
import { withEventTime } from '../../kafka/protocol/event-time-header.ts'
import { MAX_DATE_MS } from '../../kafka/protocol/record.ts'
import { type DeclaredProcessor, UnprocessableRecord } from '../runtime/processor.ts'

const OUTPUT = topic('transactions-by-id').name

/**
 * Keys each transaction by its id, so that all copies of one meet in one partition. The value passes byte for byte, and its
 * time in a header: the output topic's is the broker's.
 */
export const rekey: DeclaredProcessor = {
  name: 'transactions-rekey',
  process({ value, headers, timestamp }, context) {
    if (value === null) throw new UnprocessableRecord('NO_VALUE', 'the record has no value')
    const key = Buffer.from(idOf(value))
    // The broker gives the record its own time there: what is written as one only has to be one that can be written.
    const any = Math.min(Math.max(timestamp, 0), MAX_DATE_MS)
    context.forward(OUTPUT, { key, value, headers: withEventTime(headers, timestamp), timestamp: any })
  },
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The transaction's id, as it is in its JSON. */
function idOf(value: Buffer): string {
  let transaction: unknown
  try {
    transaction = JSON.parse(utf8.decode(value))
  } catch (error) {
    throw new UnprocessableRecord('NOT_JSON', `the value is no JSON text: ${(error as Error).message}`)
  }
  const id = (transaction as { id?: unknown } | null)?.id
  // Half a surrogate pair has no UTF-8: all ids with one would become one key.
  if (typeof id !== 'string' || id === '' || !id.isWellFormed()) {
    throw new UnprocessableRecord('NO_ID', 'the transaction has no id that is a non-empty, well-formed text')
  }
  return id
}
