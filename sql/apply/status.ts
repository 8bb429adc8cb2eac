import type { SqlObject } from '../scripts/object.ts'
import type { Deployment } from './deployments.ts'
import type { Present } from './engine.ts'

/** How it stands with one object. */
export interface ObjectStatus {
  readonly name: string
  readonly kind: SqlObject['kind']
  /** The script that makes it, or made it. */
  readonly file: string
  /**
   * `current` as the scripts say; `outdated` of another version; `unfinished` begun and not known to be done; `missing` not
   * there; `leftover` there, and in no script; `unknown` there, and nobody applied it.
   */
  readonly state: 'current' | 'outdated' | 'unfinished' | 'missing' | 'leftover' | 'unknown'
  /** The version that was applied. */
  readonly hash: string | undefined
  /** When, ISO 8601. */
  readonly at: string | undefined
  /** The engine's own word for how its query is. */
  readonly health: string | undefined
}

/** How it stands with what the scripts make, and with what was applied and is in them no more. */
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
