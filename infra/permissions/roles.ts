import type { Permission } from '../../catalog/permissions.ts'

/**
 * A role on a resource of a cluster, such as `topic=logs`; with a `*` at its end, on all resources with that prefix.
 */
export interface Grant {
  readonly role: 'DeveloperRead' | 'DeveloperWrite'
  readonly on: string
}

/**
 * Permissions as roles: for clusters on which topics, groups and ids take role bindings. No role is needed to write
 * idempotently: whoever may write to a topic may do so idempotently (KIP-679).
 */
export function grantsOf(permissions: readonly Permission[]): Grant[] {
  return permissions.flatMap((permission) => {
    if (permission.resource === 'cluster') return []
    const name = 'isPrefix' in permission && permission.isPrefix ? `${permission.name}*` : permission.name
    const role = permission.access === 'read' ? 'DeveloperRead' : 'DeveloperWrite'
    return [{ role, on: `${permission.resource}=${name}` } as const]
  })
}

/** A grant's name, unique among those of its principal. */
export function grantName({ role, on }: Grant): string {
  const access = role === 'DeveloperRead' ? 'read' : 'write'
  return `${access}-${on.replace('=', '-').replace(/\*$/, '-prefix')}`
}
