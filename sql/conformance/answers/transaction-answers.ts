import type { TransactionInput } from '../input/transaction-input.ts'
import type { Fault } from '../input/transaction-text.ts'
import { APPEND_TIME } from './append-time.ts'

const DAY_MS = 24 * 60 * 60_000

/**
 * How long an id is remembered, with a retention of 24 hours: `fixed` from the copy that passed, `sliding` from the
 * latest copy, as in the processor and in ksqlDB's session windows.
 */
export type Memory = 'fixed' | 'sliding' | 'forever'

/** ms since the epoch, or the placeholder for the broker's time. */
type Time = number | typeof APPEND_TIME

export interface TransactionAnswers {
  /** In the order in which they pass. */
  readonly unique: readonly { readonly id: string; readonly text: string; readonly timestamp: Time }[]
  readonly duplicates: readonly {
    readonly id: string
    readonly firstSeenAt: Time
    readonly seenAgainAt: Time
  }[]
  readonly malformed: readonly { readonly text: string | null; readonly fault: Fault }[]
  /** The number of transactions with an id. */
  readonly identified: number
}

/** The expected fate of the transactions, derived from their ids and times alone. */
export function transactionAnswers(
  waves: readonly (readonly TransactionInput[])[],
  memory: Memory,
): TransactionAnswers {
  const unique: TransactionAnswers['unique'][number][] = []
  const duplicates: TransactionAnswers['duplicates'][number][] = []
  const malformed: TransactionAnswers['malformed'][number][] = []
  const remembered = new Map<string, { readonly passed: Time; readonly since: number }>()
  let identified = 0
  for (const { id, fault, value, timestamp, happenedAt, clock } of waves.flat()) {
    if (id === undefined || value === null) {
      malformed.push({ text: value?.toString() ?? null, fault: fault ?? 'NO_VALUE' })
      continue
    }
    identified += 1
    const at = clock === undefined ? happenedAt : APPEND_TIME
    const known = remembered.get(id)
    if (known === undefined || (memory !== 'forever' && happenedAt >= known.since + DAY_MS)) {
      // A time up to an hour ahead is kept.
      unique.push({ id, text: value.toString(), timestamp: clock === 'ahead' ? timestamp : at })
      remembered.set(id, { passed: at, since: happenedAt })
      continue
    }
    duplicates.push({ id, firstSeenAt: known.passed, seenAgainAt: at })
    if (memory === 'sliding') remembered.set(id, { ...known, since: Math.max(known.since, happenedAt) })
  }
  return { unique, duplicates, malformed, identified }
}
