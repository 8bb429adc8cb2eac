import { createHash } from 'node:crypto'
import type { KafkaMessage } from 'kafkajs'
import { topic } from '../catalog/topics.ts'
import type { Warn } from '../kafka/client.ts'
import type { Offsets } from '../kafka/offsets.ts'
import type { Profile } from '../kafka/profile.ts'
import { RUN_HEADER } from '../kafka/provenance.ts'
import { Reader } from '../kafka/reader.ts'
import { headerOf } from '../observability/order-check.ts'

/** What a stretch of the topic `transactions` holds of one run. */
export interface TransactionAudit {
  readonly records: number
  readonly ids: ReadonlySet<string>
  readonly malformed: number
  /** The malformed values by content, each with how often it is there. */
  readonly malformedContents: ReadonlyMap<string, number>
}

/** Reads the transactions of a run between two positions: what there is to pass, to suppress and to set aside. */
export async function auditTransactions(
  profile: Profile,
  run: string,
  range: { readonly from: Offsets; readonly to: Offsets },
  options: { readonly warn: Warn; readonly signal: AbortSignal },
): Promise<TransactionAudit> {
  const ids = new Set<string>()
  const malformedContents = new Map<string, number>()
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
        if (id === undefined) {
          malformed += 1
          const content = contentOf(message.value)
          malformedContents.set(content, (malformedContents.get(content) ?? 0) + 1)
        } else {
          ids.add(id)
        }
      }
    },
  })
  try {
    await reader.reach(range.to, options.signal)
  } finally {
    await reader.close()
  }
  return { records, ids, malformed, malformedContents }
}

/** A value's content, byte for byte, in a few characters; no value at all is a content of its own. */
export function contentOf(value: Buffer | null): string {
  return value === null ? 'null' : createHash('sha256').update(value).digest('base64')
}

function idOf({ value }: KafkaMessage): string | undefined {
  try {
    const { id } = JSON.parse(value?.toString() ?? '')
    return typeof id === 'string' && id !== '' ? id : undefined
  } catch {
    return undefined
  }
}
