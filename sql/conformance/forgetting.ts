import type { Engine } from '../apply/engine.ts'
import type { Answers, Row } from './answers/row.ts'
import type { Difference } from './compare.ts'
import type { Conformance } from './conformance.ts'
import type { Wave } from './input/input.ts'
import type { RunPlace } from './run-place.ts'

/** The wave with the second half of the requests: their transactions are known by then, and some come again. */
const LATER_WAVE = 4
/** One of this many ids is to be forgotten. */
const ONE_OF = 9

/**
 * The ids to be forgotten with a wave, counted from 1: some before the engine has started, some that it knows already.
 */
export function forgottenWith(waves: readonly Wave[], wave: number): string[] {
  const ids = waves.flatMap(({ transactions }) => transactions.flatMap(({ id }) => id ?? []))
  const chosen = [...new Set(ids)].filter((_, at) => at % ONE_OF === 0)
  if (wave === 1) return chosen.filter((_, at) => at % 2 === 0)
  return wave === LATER_WAVE ? chosen.filter((_, at) => at % 2 === 1) : []
}

/** All ids that were to be forgotten up to a wave. */
export function forgottenUpTo(waves: readonly Wave[], wave: number): ReadonlySet<string> {
  return new Set([1, LATER_WAVE].filter((one) => one <= wave).flatMap((one) => forgottenWith(waves, one)))
}

/** The answers without forgotten ids. An id that passes again stays forgotten. */
export function withoutForgotten<T extends Answers>(answers: T, forgotten: ReadonlySet<string>): T {
  return { ...answers, known: answers.known?.filter(({ key }) => !forgotten.has(key)) }
}

/** The number of known ids to look up, besides all forgotten ones. */
const SAMPLE = 5

/** Looks ids up one by one, and compares the engine's results with the expected ones. */
export async function lookedUp(
  {
    engine,
    place,
    conformance,
    signal,
  }: {
    readonly engine: Engine
    readonly place: RunPlace
    readonly conformance: Pick<Conformance<never>, 'lookUp'>
    readonly signal: AbortSignal
  },
  known: readonly Row[],
  forgotten: ReadonlySet<string>,
): Promise<{ readonly expected: number; readonly actual: number; readonly differences: Difference[] }> {
  const wanted = new Map(known.slice(0, SAMPLE).map((row) => [row.key, row]))
  const differences: Difference[] = []
  let actual = 0
  for (const id of [...wanted.keys(), ...forgotten]) {
    const rows: Row[] = []
    const statement = place.named(conformance.lookUp?.(id) ?? '')
    for await (const event of engine.query(statement, { signal, fromBeginning: true }))
      if (event.kind === 'row') rows.push({ key: id, fields: { text: String(event.values[0]) } })
    actual += rows.length
    const [first] = rows
    const expected = wanted.get(id)
    if (expected && !first) differences.push({ kind: 'lost', row: expected })
    else if (expected && first?.fields?.text !== expected.fields?.text)
      differences.push({
        kind: 'wrong',
        key: id,
        fields: { text: { expected: expected.fields?.text ?? null, actual: first?.fields?.text ?? null } },
      })
    else if (!expected && first) differences.push({ kind: 'unexpected', row: first })
  }
  return { expected: wanted.size, actual, differences }
}
