import type { Permission } from '../../catalog/permissions.ts'

/** A role on what a CRN names below a cluster, as `topic=logs`; with a `*` at its end on all that begin so. */
export interface Grant {
  readonly role: 'DeveloperRead' | 'DeveloperWrite'
  readonly on: string
}

/**
 * Permissions as roles: for clusters with role bindings on topics, groups and ids. There is none to write idempotently:
 * who may write to a topic may do so idempotently (KIP-679).
 */
export function grantsOf(permissions: readonly Permission[]): Grant[] {
  return permissions.flatMap((permission) => {
    if (permission.resource === 'cluster') return []
    const name = 'isPrefix' in permission && permission.isPrefix ? `${permission.name}*` : permission.name
    const role = permission.access === 'read' ? 'DeveloperRead' : 'DeveloperWrite'
    return [{ role, on: `${permission.resource}=${name}` } as const]
  })
}

/** What names a grant among those of its principal. */
export function grantName({ role, on }: Grant): string {
  const access = role === 'DeveloperRead' ? 'read' : 'write'
  return `${access}-${on.replace('=', '-').replace(/\*$/, '-prefix')}`
}
