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
  const malformed: TransactionAnswers['malformed'][number][] = []
  const remembered = new Map<string, number>()
  let identified = 0
  for (const { id, fault, value, timestamp } of waves.flat()) {
    if (id === undefined || value === null) {
      malformed.push({ text: value?.toString() ?? null, fault: fault ?? 'NO_VALUE' })
      continue
    }
    identified += 1
    const since = remembered.get(id)
    if (since === undefined || (memory !== 'forever' && timestamp >= since + DAY_MS)) {
      unique.push({ id, text: value.toString(), timestamp })
      remembered.set(id, timestamp)
    } else if (memory === 'sliding') {
      remembered.set(id, Math.max(since, timestamp))
    }
  }
  return { unique, malformed, identified }
}
