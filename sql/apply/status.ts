import type { SqlObject } from '../scripts/object.ts'
import type { Deployment } from './deployments.ts'
import type { Present } from './engine.ts'

/** The status of one object. */
export interface ObjectStatus {
  readonly name: string
  readonly kind: SqlObject['kind']
  /** The script that creates it, or created it. */
  readonly file: string
  /**
   * `current`: matches the scripts; `outdated`: another version; `unfinished`: begun, and not known to be complete;
   * `missing`: does not exist; `leftover`: exists, but in no script; `unknown`: exists, but was not applied.
   */
  readonly state: 'current' | 'outdated' | 'unfinished' | 'missing' | 'leftover' | 'unknown'
  /** The applied version. */
  readonly hash: string | undefined
  /** When it was applied, ISO 8601. */
  readonly at: string | undefined
  /** The state of its query in the engine's own word. */
  readonly health: string | undefined
}

/** The status of the scripts' objects, and of those that were applied and are in no script any more. */
export function statusOf(
  objects: readonly SqlObject[],
  present: ReadonlyMap<string, Present>,
  deployments: ReadonlyMap<string, Deployment>,
): ObjectStatus[] {
  const wanted = objects.map((object) => {
    const { name, kind, statement } = object
    const state = stateOf(object, present.get(name), deployments.get(name))
    return { name, kind, file: statement.file, state, ...known(name, present, deployments) }
  })
  const others = [...deployments.values()]
    .filter(({ name }) => present.has(name) && !objects.some((object) => object.name === name))
    .map(({ name, kind, file }) => ({
      name,
      kind,
      file,
      state: 'leftover' as const,
      ...known(name, present, deployments),
    }))
  return [...wanted, ...others]
}

function stateOf(
  { hash }: SqlObject,
  there: Present | undefined,
  before: Deployment | undefined,
): ObjectStatus['state'] {
  if (!there) return 'missing'
  if (!before) return 'unknown'
  if (before.state !== 'applied') return 'unfinished'
  return before.hash === hash ? 'current' : 'outdated'
}

function known(
  name: string,
  present: ReadonlyMap<string, Present>,
  deployments: ReadonlyMap<string, Deployment>,
) {
  const { hash, at } = deployments.get(name) ?? {}
  return { hash, at, health: present.get(name)?.health }
}
