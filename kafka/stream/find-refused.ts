import { batchEnd } from '../protocol/batch-split.ts'
import type { RefusalError } from '../protocol/broker-errors.ts'
import type { OutputRecord } from '../protocol/record.ts'
import { OutputRefusedError, type RefusedOutput, refusalOf } from './refusal.ts'

/** Why the broker refused a batch. */
export interface BatchRefusal {
  readonly error: RefusalError
  /** In the broker's words. */
  readonly reason: string
  /** The indices of the records at fault; empty if the broker does not say. */
  readonly records: readonly number[]
}

export interface RefusalSearch {
  /** The most estimated bytes in a batch; asked again for each batch. */
  readonly maxBytes: () => number
  /** Sends records as one batch. Returns why the broker refused it; throws errors that are not about the records. */
  readonly send: (batch: readonly OutputRecord[]) => Promise<BatchRefusal | undefined>
}

/**
 * Sends the records of one partition a batch at a time, and splits each refused batch, until every refused record is known.
 * If any record is refused, the caller must abort the transaction: the accepted records are in it.
 */
export async function findRefused(
  records: readonly OutputRecord[],
  { maxBytes, send }: RefusalSearch,
): Promise<RefusedOutput[]> {
  const refused: RefusedOutput[] = []
  const waiting = [records]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    const end = batchEnd(next, 0, maxBytes())
    if (end < next.length) waiting.push(next.slice(end))
    const batch = next.slice(0, end)
    const why = await send(batch)
    if (!why) continue
    const [output] = batch as [OutputRecord]
    if (batch.length === 1) refused.push({ output, refusal: refusalOf(why.error, why.reason, output) })
    else waiting.push(...partsOf(batch, why.records).reverse())
  }
  return refused
}

/** @throws OutputRefusedError if any output was refused */
export function throwIfRefused(refused: readonly RefusedOutput[]): void {
  const [first] = refused
  if (!first) return
  const { code, topic, reason } = first.refusal
  throw new OutputRefusedError(`${topic} refused a record: ${reason} (${code})`, refused)
}

/** Splits a refused batch, in order: around the records that the broker named, or into halves if it named none. */
function partsOf(batch: readonly OutputRecord[], indices: readonly number[]): OutputRecord[][] {
  const named = new Set(indices)
  if (named.size === 0) {
    const half = batch.length >> 1
    return [batch.slice(0, half), batch.slice(half)]
  }
  const parts: OutputRecord[][] = []
  let isOpen = false
  for (const [index, record] of batch.entries()) {
    const isNamed = named.has(index)
    if (isOpen && !isNamed) parts.at(-1)?.push(record)
    else parts.push([record])
    isOpen = !isNamed
  }
  return parts
}
