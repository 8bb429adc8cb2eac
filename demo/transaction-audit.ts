import type { KafkaMessage } from 'kafkajs'
import { topic } from '../catalog/topics.ts'
import type { Warn } from '../kafka/client.ts'
import type { Offsets } from '../kafka/offsets.ts'
import type { Profile } from '../kafka/profile.ts'
import { RUN_HEADER } from '../kafka/provenance.ts'
import { Reader } from '../kafka/reader.ts'
import { headerOf } from '../observability/order-check.ts'

/** What a stretch of the topic `transactions` holds of one run. */
export interface TransactionCount {
  readonly records: number
  readonly unique: number
  readonly duplicates: number
  readonly malformed: number
}

/** Counts the transactions of a run between two positions, from the records themselves. */
export async function auditTransactions(
  profile: Profile,
  run: string,
  range: { readonly from: Offsets; readonly to: Offsets },
  options: { readonly warn: Warn; readonly signal: AbortSignal },
): Promise<TransactionCount> {
  const ids = new Set<string>()
  let records = 0
  let malformed = 0
  const reader = await Reader.start(profile, {
    application: 'dashboard',
    topic: topic('transactions').name,
    from: range.from,
    warn: options.warn,
    onBatch: (_, messages) => {
      for (const message of messages) {
        if (headerOf(message, RUN_HEADER) !== run) continue
        records += 1
        const id = idOf(message)
        if (id === undefined) malformed += 1
        else ids.add(id)
      }
    },
  })
  try {
    await reader.reach(range.to, options.signal)
  } finally {
    await reader.close()
  }
  return { records, unique: ids.size, duplicates: records - malformed - ids.size, malformed }
}

function idOf({ value }: KafkaMessage): string | undefined {
  try {
    const { id } = JSON.parse(value?.toString() ?? '')
    return typeof id === 'string' && id !== '' ? id : undefined
  } catch {
    return undefined
  }
}
