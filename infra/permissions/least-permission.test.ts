import { describe, expect, test } from 'vitest'
import { applications } from '../../catalog/applications.ts'
import { processors } from '../../catalog/processors.ts'
import { schemas } from '../../catalog/schemas.ts'
import { topics } from '../../catalog/topics.ts'
import { type Attributes, type SynthesizedStack, synthesized } from '../stack/test-stack.ts'

// Evaluates the synthesized permissions of each key as a broker does, and compares them with the catalog's
// declarations, without calling the code under test.

type Access = 'read' | 'write'
type May = (application: string, access: Access, type: string, name: string) => boolean

/** A broker's decision from ACLs: literal, prefixed, and operations that imply others. */
function byAcls(stack: SynthesizedStack): May {
  const acls = Object.values(stack.resource.confluent_kafka_acl ?? {})
  const types: Record<string, string> = {
    topic: 'TOPIC',
    group: 'GROUP',
    'transactional-id': 'TRANSACTIONAL_ID',
  }
  return (application, access, type, name) =>
    acls.some(
      (acl) =>
        acl.principal === principalOf(application) &&
        acl.permission === 'ALLOW' &&
        acl.resource_type === types[type] &&
        (acl.operation === access.toUpperCase() || acl.operation === 'ALL') &&
        (acl.resource_name === name ||
          acl.resource_name === '*' ||
          (acl.pattern_type === 'PREFIXED' && name.startsWith(String(acl.resource_name)))),
    )
}

/** A broker's decision from role bindings, where a pattern may end with `*`. */
function byRoles(stack: SynthesizedStack): May {
  const cluster =
    '${confluent_kafka_cluster.playstream.rbac_crn}/kafka=${confluent_kafka_cluster.playstream.id}/'
  return (application, access, type, name) =>
    bindingsOf(stack, application).some(({ role_name, crn_pattern }) => {
      const role = access === 'read' ? 'DeveloperRead' : 'DeveloperWrite'
      return role_name === role && matches(String(crn_pattern), `${cluster}${type}=${name}`)
    })
}

function bindingsOf(stack: SynthesizedStack, application: string): Attributes[] {
  return Object.values(stack.resource.confluent_role_binding ?? {}).filter(
    ({ principal }) => principal === principalOf(application),
  )
}

function matches(pattern: string, crn: string): boolean {
  return pattern.endsWith('*') ? crn.startsWith(pattern.slice(0, -1)) : crn === pattern
}

function principalOf(application: string): string {
  return `User:\${confluent_service_account.${application}.id}`
}

const names = Object.keys(applications) as (keyof typeof applications)[]

/** The applications that join a consumer group, by every name that the code uses. */
const groups: { readonly name: string; readonly of: string }[] = [
  ...processors.map(({ name, application }) => ({ name, of: application })),
  ...names
    .filter((name) => topics.some(({ readers }) => readers.includes(name)))
    .map((name) => ({ name: `${name}-reader-0c9f5a3e`, of: name })),
  ...processors.map(({ input }) => ({ name: `dlq-replay-${input}`, of: 'operator' })),
  { name: 'somebody-else', of: 'nobody' },
]

const transactionalIds = [
  ...processors.flatMap(({ name, application }) => [
    { name: `${name}-3`, of: application },
    { name: `${name}-7c1e0d52-0000-4000-8000-000000000000`, of: application },
  ]),
  { name: 'somebody-else', of: 'nobody' },
]

const clusters = [
  { type: 'basic', may: byAcls, stack: synthesized() },
  { type: 'standard', may: byRoles, stack: synthesized({ cluster: 'standard' }) },
  { type: 'dedicated', may: byRoles, stack: synthesized({ cluster: 'dedicated' }) },
]

describe.each(clusters)('on a $type cluster', ({ type, may, stack }) => {
  const allows = may(stack)

  test.each(names)('%s writes the topics that the catalog lets it write, and no others', (name) => {
    const allowed = topics.filter((topic) => allows(name, 'write', 'topic', topic.name))
    expect(allowed).toEqual(topics.filter(({ writers }) => writers.includes(name)))
  })

  test.each(names)('%s reads the topics that the catalog lets it read, and no others', (name) => {
    const allowed = topics.filter((topic) => allows(name, 'read', 'topic', topic.name))
    expect(allowed).toEqual(topics.filter(({ readers }) => readers.includes(name)))
  })

  test.each(names)('%s joins its own consumer groups, and no others', (name) => {
    const allowed = groups.filter((group) => allows(name, 'read', 'group', group.name))
    expect(allowed).toEqual(groups.filter(({ of }) => of === name))
  })

  test.each(names)('%s uses its own transactional ids, and no others', (name) => {
    const allowed = transactionalIds.filter((id) => allows(name, 'write', 'transactional-id', id.name))
    expect(allowed).toEqual(transactionalIds.filter(({ of }) => of === name))
  })

  test.each(names)(
    '%s reads the subjects of its Avro topics and their references, and writes none',
    (name) => {
      const registry = '${data.confluent_schema_registry_cluster.playstream.resource_name}/subject='
      const found = bindingsOf(stack, name).filter(({ crn_pattern }) =>
        String(crn_pattern).startsWith(registry),
      )
      const usesEvents = topics.some(
        ({ value, writers, readers }) =>
          value.kind === 'avro' &&
          // The operator writes dead letters back as bytes.
          (readers.includes(name) || (writers.includes(name) && name !== 'operator')),
      )
      const avro = schemas.filter((schema) => schema.type === 'AVRO').map(({ subject }) => registry + subject)
      expect(found.map(({ crn_pattern }) => crn_pattern).sort()).toEqual(usesEvents ? avro.sort() : [])
      expect(found.every(({ role_name }) => role_name === 'DeveloperRead')).toBe(true)
    },
  )

  test('only the provisioner has a role or an entry that covers more than one resource of others', () => {
    const patterns = [
      ...Object.values(stack.resource.confluent_role_binding ?? {})
        .filter(({ principal }) => principal !== principalOf('provisioner'))
        .map(({ crn_pattern }) => String(crn_pattern)),
      ...Object.values(stack.resource.confluent_kafka_acl ?? {}).map(
        ({ resource_name }) => `=${resource_name}`,
      ),
    ]
    expect(patterns.filter((pattern) => /=\*?$/.test(pattern))).toEqual([])
    const acls = Object.values(stack.resource.confluent_kafka_acl ?? {})
    expect(acls.filter(({ operation }) => /ALL|ALTER|CREATE|DELETE|CONFIGS/.test(String(operation)))).toEqual(
      [],
    )
  })

  test(type === 'basic' ? 'there are no roles on topics' : 'there are no ACLs', () => {
    if (type === 'basic')
      expect(JSON.stringify(stack.resource.confluent_role_binding)).not.toContain('/kafka=')
    else expect(stack.resource).not.toHaveProperty('confluent_kafka_acl')
  })
})

describe('permission to write idempotently, on a basic cluster', () => {
  test('is granted to applications that produce outside of transactions', () => {
    const acls = Object.values(clusters[0]?.stack.resource.confluent_kafka_acl ?? {})
    const writers = acls.filter(({ operation }) => operation === 'IDEMPOTENT_WRITE')
    expect(writers.map(({ principal }) => principal)).toEqual(
      ['game-producer', 'log-shipper', 'operator', 'sql-engine', 'transaction-producer'].map(principalOf),
    )
    expect(writers.every(({ resource_type }) => resource_type === 'CLUSTER')).toBe(true)
  })

  test('is the only permission on the cluster itself', () => {
    const acls = Object.values(clusters[0]?.stack.resource.confluent_kafka_acl ?? {})
    expect(
      new Set(acls.filter((acl) => acl.resource_type === 'CLUSTER').map((acl) => acl.operation)),
    ).toEqual(new Set(['IDEMPOTENT_WRITE']))
  })
})
