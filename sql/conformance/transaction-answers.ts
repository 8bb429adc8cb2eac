import type { Fault, TransactionInput } from './transaction-input.ts'

const DAY_MS = 24 * 60 * 60_000

/**
 * For how long an id is remembered, 24 hours where there is an end: `fixed` from the sight that passed, `sliding` from the
 * latest sight, as the processor does, and as ksqlDB's session windows do.
 */
export type Memory = 'fixed' | 'sliding' | 'forever'

export interface TransactionAnswers {
  /** In the order in which they pass. */
  readonly unique: readonly { readonly id: string; readonly text: string; readonly timestamp: number }[]
  readonly duplicates: readonly {
    readonly id: string
    readonly firstSeenAt: number
    readonly seenAgainAt: number
  }[]
  readonly malformed: readonly { readonly text: string | null; readonly fault: Fault }[]
  /** How many have an id. */
  readonly identified: number
}

/** What is to become of the transactions, told from their ids and times alone. */
export function transactionAnswers(
  waves: readonly (readonly TransactionInput[])[],
  memory: Memory,
): TransactionAnswers {
  const unique: TransactionAnswers['unique'][number][] = []
  const duplicates: TransactionAnswers['duplicates'][number][] = []
  const malformed: TransactionAnswers['malformed'][number][] = []
  const remembered = new Map<string, { readonly passed: number; readonly since: number }>()
  let identified = 0
  for (const { id, fault, value, timestamp } of waves.flat()) {
    if (id === undefined || value === null) {
      malformed.push({ text: value?.toString() ?? null, fault: fault ?? 'NO_VALUE' })
      continue
    }
    identified += 1
    const known = remembered.get(id)
    if (known === undefined || (memory !== 'forever' && timestamp >= known.since + DAY_MS)) {
      unique.push({ id, text: value.toString(), timestamp })
      remembered.set(id, { passed: timestamp, since: timestamp })
      continue
    }
    duplicates.push({ id, firstSeenAt: known.passed, seenAgainAt: timestamp })
    if (memory === 'sliding') remembered.set(id, { ...known, since: Math.max(known.since, timestamp) })
  }
  return { unique, duplicates, malformed, identified }
}
