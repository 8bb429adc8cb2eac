import { isDeepStrictEqual } from 'node:util'
import type { Field, Row } from './answers/row.ts'

/** One difference between expected and actual rows. */
export type Difference =
  | { readonly kind: 'lost' | 'doubled' | 'unexpected'; readonly row: Row }
  | {
      readonly kind: 'wrong'
      readonly key: string
      readonly fields: Readonly<Record<string, { readonly expected: Field; readonly actual: Field }>>
    }

/**
 * Compares record by record and field by field, in any order. A row that appears once too often is doubled; of the
 * remaining rows, one is wrong if another one with the same key was expected.
 */
export function compare(expected: readonly Row[], actual: readonly Row[]): Difference[] {
  const open = new Map<string, Row[]>()
  const textsOfExpected = new Set<string>()
  for (const row of expected) {
    textsOfExpected.add(textOf(row))
    open.set(textOf(row), [...(open.get(textOf(row)) ?? []), row])
  }
  const surplus = actual.filter((row) => open.get(textOf(row))?.pop() === undefined)
  const missing = [...open.values()].flat()
  const differences: Difference[] = []
  for (const row of surplus) {
    const isKnown = textsOfExpected.has(textOf(row))
    const at = isKnown ? -1 : missing.findIndex(({ key }) => key === row.key)
    const [other] = at < 0 ? [] : missing.splice(at, 1)
    if (other) differences.push({ kind: 'wrong', key: row.key, fields: differing(other, row) })
    else differences.push({ kind: isKnown ? 'doubled' : 'unexpected', row })
  }
  return [...differences, ...missing.map((row) => ({ kind: 'lost', row }) as const)]
}

function differing(expected: Row, actual: Row): Record<string, { expected: Field; actual: Field }> {
  const names = new Set([...Object.keys(expected.fields ?? {}), ...Object.keys(actual.fields ?? {})])
  const pairs = [...names].map((name): [string, { expected: Field; actual: Field }] => [
    name,
    { expected: expected.fields?.[name] ?? null, actual: actual.fields?.[name] ?? null },
  ])
  return Object.fromEntries(pairs.filter(([, pair]) => !isDeepStrictEqual(pair.expected, pair.actual)))
}

/** Equal for rows with the same content. A missing field equals NULL. */
function textOf({ key, fields }: Row): string {
  const present = Object.entries(fields ?? {}).filter(([, value]) => value !== null)
  return JSON.stringify([key, fields === undefined, present.sort(([one], [other]) => (one < other ? -1 : 1))])
}
