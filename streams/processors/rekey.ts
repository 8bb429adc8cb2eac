import { topic } from '../../catalog/topics.ts'
import { withEventTime } from '../../kafka/protocol/event-time-header.ts'
import { MAX_DATE_MS } from '../../kafka/protocol/record.ts'
import { type DeclaredProcessor, UnprocessableRecord } from '../runtime/processor.ts'

const OUTPUT = topic('transactions-by-id').name

/**
 * Keys each transaction by its id, so that all copies of a transaction are in one partition. The value passes byte for byte.
 * The record's time passes in a header, because the records of the output topic have the broker's time.
 */
export const rekey: DeclaredProcessor = {
  name: 'transactions-rekey',
  process({ value, headers, timestamp }, context) {
    if (value === null) throw new UnprocessableRecord('NO_VALUE', 'the record has no value')
    const key = Buffer.from(idOf(value))
    // The broker replaces the timestamp, which only has to be writable.
    const any = Math.min(Math.max(timestamp, 0), MAX_DATE_MS)
    context.forward(OUTPUT, { key, value, headers: withEventTime(headers, timestamp), timestamp: any })
  },
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** The transaction's id, exactly as in its JSON. */
function idOf(value: Buffer): string {
  let transaction: unknown
  try {
    transaction = JSON.parse(utf8.decode(value))
  } catch (error) {
    throw new UnprocessableRecord('NOT_JSON', `the value is not JSON text: ${(error as Error).message}`)
  }
  const id = (transaction as { id?: unknown } | null)?.id
  // A lone surrogate has no UTF-8: all ids with a lone surrogate would become the same key.
  if (typeof id !== 'string' || id === '' || !id.isWellFormed()) {
    throw new UnprocessableRecord('NO_ID', 'the transaction has no id that is a non-empty, well-formed text')
  }
  return id
}
