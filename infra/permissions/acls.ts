import type { Permission } from '../../catalog/permissions.ts'
import type { Acl } from '../confluent/kafka-acl.ts'

/** The resource name of the cluster itself in ACLs. */
const CLUSTER = 'kafka-cluster'

/**
 * Permissions as access control entries without duplicates: for clusters on which topics, groups and ids take no role
 * bindings.
 */
export function aclsOf(permissions: readonly Permission[]): Acl[] {
  const acls = new Map<string, Acl>()
  for (const acl of permissions.flatMap(aclsOfOne)) acls.set(aclName(acl), acl)
  return [...acls.values()]
}

/** An entry's name, unique among those of its principal. */
export function aclName({ operation, resourceType, resourceName, patternType }: Acl): string {
  const parts = [operation, resourceType, resourceName, patternType === 'PREFIXED' ? 'prefix' : '']
  return parts.filter(Boolean).join('_').replaceAll('_', '-').toLowerCase()
}

function aclsOfOne(permission: Permission): Acl[] {
  switch (permission.resource) {
    case 'topic': {
      const operation = permission.access === 'read' ? 'READ' : 'WRITE'
      return entries('TOPIC', permission.name, false, [operation, 'DESCRIBE'])
    }
    case 'group':
      return entries('GROUP', permission.name, permission.isPrefix, ['READ'])
    case 'transactional-id':
      return entries('TRANSACTIONAL_ID', permission.name, permission.isPrefix, ['WRITE', 'DESCRIBE'])
    case 'cluster':
      return entries('CLUSTER', CLUSTER, false, ['IDEMPOTENT_WRITE'])
  }
}

/** Entries for several operations on one resource. */
export function entries(
  resourceType: Acl['resourceType'],
  resourceName: string,
  isPrefix: boolean,
  operations: readonly Acl['operation'][],
): Acl[] {
  const patternType = isPrefix ? 'PREFIXED' : 'LITERAL'
  return operations.map((operation) => ({ resourceType, resourceName, patternType, operation }))
}
