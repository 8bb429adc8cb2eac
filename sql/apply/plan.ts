import { addsColumns, filledBy, type SqlObject } from '../scripts/object.ts'
import type { Deployment } from './deployments.ts'
import type { Present } from './engine.ts'

/** One step from an engine's present state to the scripts. */
export type Step =
  /** The object does not exist. */
  | { readonly kind: 'create'; readonly object: SqlObject }
  /** The object gets more columns. */
  | { readonly kind: 'grow'; readonly object: SqlObject }
  /** The object matches the scripts; only its record is missing. */
  | { readonly kind: 'record'; readonly object: SqlObject }
  /** Ends a query that inserts. */
  | { readonly kind: 'end'; readonly present: Present; readonly reason: string }
  | { readonly kind: 'drop'; readonly present: Present; readonly reason: string }
  /**
   * Its query starts from the beginning, so its earlier output would be in the topic twice: the topic is deleted and
   * created again.
   */
  | { readonly kind: 'empty'; readonly object: SqlObject; readonly topic: string }

export interface Plan {
  readonly steps: readonly Step[]
  readonly unchanged: readonly SqlObject[]
  /** Whether a step loses something: a query's state, or a topic's records. */
  readonly loses: boolean
}

/**
 * The steps that make an engine match the scripts, in an order that it accepts. An object that must be replaced takes
 * along everything that reads it and everything else that writes to its topic. Objects that were not applied are left
 * alone.
 */
export function plan(
  objects: readonly SqlObject[],
  present: ReadonlyMap<string, Present>,
  deployments: ReadonlyMap<string, Deployment>,
): Plan {
  const replaced = replacements(objects, present, deployments)
  const leaving = removals(objects, present, deployments, replaced)
  const before = leaving.flatMap(({ present: one, reason }): Step[] =>
    one.kind === 'insert'
      ? [{ kind: 'end', present: one, reason }]
      : [{ kind: 'drop', present: one, reason }],
  )
  const emptied = objects
    .filter(({ name }) => replaced.has(name) && (deployments.has(name) || present.has(name)))
    .flatMap((object) => filledBy(object).map((topic): Step => ({ kind: 'empty', object, topic })))
  const made = objects.flatMap((object): Step[] => {
    const step = replaced.has(object.name) ? 'create' : verdict(object, present, deployments.get(object.name))
    return step === 'same' || step === 'replace' ? [] : [{ kind: step, object }]
  })
  const unchanged = objects.filter(
    ({ name }) => !made.some((step) => 'object' in step && step.object.name === name),
  )
  const steps = [...before, ...emptied, ...made]
  return { steps, unchanged, loses: steps.some(losesSomething) }
}

/** Dropping a declaration loses nothing: it only gives a topic columns. A query has state, or at least a position. */
export function losesSomething(step: Step): boolean {
  return step.kind === 'empty' || ('present' in step && step.present.queries.length > 0)
}

/** What an object needs, considered alone. */
function verdict(
  object: SqlObject,
  present: ReadonlyMap<string, Present>,
  before: Deployment | undefined,
): 'same' | 'record' | 'create' | 'grow' | 'replace' {
  const there = present.get(object.name)
  if (!there) {
    // Its query has run, and its topic holds the output.
    const hasRun = before !== undefined && before.state !== 'applying'
    // It was ended with its state saved, and resumes from there.
    if (before?.savepoint !== undefined && before.hash === object.hash) return 'create'
    return object.runsQuery && hasRun ? 'replace' : 'create'
  }
  const isWhole = there.kind === object.kind && there.queries.length > 0 === object.runsQuery
  if (!before || !isWhole) return 'replace'
  // It has its old columns or the new ones. Adding columns can be repeated; removing them is not possible.
  if (before.growsTo !== undefined)
    return before.state === 'growing' && before.growsTo === object.hash ? 'grow' : 'replace'
  if (before.hash === object.hash) {
    if (before.state === 'applied') return 'same'
    return before.state === 'dropped' ? 'replace' : 'record'
  }
  return addsColumns(before.columns, object.columns) ? 'grow' : 'replace'
}

/** The names of the objects to replace: the changed ones, and all that depend on them. */
function replacements(
  objects: readonly SqlObject[],
  present: ReadonlyMap<string, Present>,
  deployments: ReadonlyMap<string, Deployment>,
): Set<string> {
  const replaced = new Set<string>()
  for (const object of objects)
    if (verdict(object, present, deployments.get(object.name)) === 'replace') replaced.add(object.name)
  for (let size = -1; size !== replaced.size; ) {
    size = replaced.size
    for (const { name, runsQuery, writes, dependsOn } of objects) {
      if (dependsOn.some((other) => replaced.has(other))) replaced.add(name)
      if (runsQuery && replaced.has(name)) replaced.add(writes)
    }
  }
  return replaced
}

/**
 * The objects to remove: those to replace, and those that were applied and are in no script any more; readers before
 * what they read.
 */
function removals(
  objects: readonly SqlObject[],
  present: ReadonlyMap<string, Present>,
  deployments: ReadonlyMap<string, Deployment>,
  replaced: ReadonlySet<string>,
): { readonly present: Present; readonly reason: string }[] {
  const wanted = new Map(objects.map((object) => [object.name, object]))
  const leaving = [...present.values()].filter(
    ({ name }) => replaced.has(name) || (!wanted.has(name) && deployments.has(name)),
  )
  const dependsOn = (name: string) => [
    ...(deployments.get(name)?.dependsOn ?? []),
    ...(wanted.get(name)?.dependsOn ?? []),
  ]
  return readersFirst(leaving, dependsOn).map((one) => ({
    present: one,
    reason: wanted.has(one.name) ? reasonOf(one, wanted, deployments) : 'it is in no script any more',
  }))
}

function reasonOf(
  { name }: Present,
  wanted: ReadonlyMap<string, SqlObject>,
  deployments: ReadonlyMap<string, Deployment>,
): string {
  const before = deployments.get(name)
  if (!before) return 'it exists, and its version is unknown'
  return before.hash === wanted.get(name)?.hash ? 'a related object is replaced' : 'its statement has changed'
}

/** Queries that insert first, then each object after all its readers. */
export function readersFirst(
  all: readonly Present[],
  dependsOn: (name: string) => readonly string[],
): readonly Present[] {
  const ordered: Present[] = []
  const visited = new Set<string>()
  const visit = (one: Present) => {
    if (visited.has(one.name)) return
    visited.add(one.name)
    for (const reader of all) if (dependsOn(reader.name).includes(one.name)) visit(reader)
    ordered.push(one)
  }
  for (const one of all.toSorted((a, b) => Number(b.kind === 'insert') - Number(a.kind === 'insert')))
    visit(one)
  return ordered
}
