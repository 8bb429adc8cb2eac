import type { StreamRecord } from '../../../kafka/protocol/record.ts'
import { readJsonObject } from '../../formats/text/json-object.ts'
import type { Duplicate } from '../protocol.ts'

const MOST = 100

/** The latest suppressed copies, from `transactions-duplicates`. */
export class Duplicates {
  #latest: Duplicate[] = []

  apply(records: readonly StreamRecord[]): void {
    for (const { value } of records.slice(-MOST)) {
      const copy = readJsonObject(value?.toString() ?? '')
      if (!isDuplicate(copy)) continue
      this.#latest.unshift(copy as unknown as Duplicate)
    }
    this.#latest = this.#latest.slice(0, MOST)
  }

  get state(): readonly Duplicate[] {
    return this.#latest
  }
}

function isDuplicate(value: unknown): value is Duplicate {
  const copy = value as Partial<Duplicate> | undefined
  return (
    typeof copy?.id === 'string' &&
    typeof copy.firstSeenAt === 'number' &&
    typeof copy.seenAgainAt === 'number' &&
    typeof copy.source?.topic === 'string' &&
    typeof copy.source.partition === 'number' &&
    typeof copy.source.offset === 'number'
  )
}
