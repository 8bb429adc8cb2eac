import { describe, expect, test } from 'vitest'
import { applications } from '../../catalog/applications.ts'
import { catalog } from '../../catalog/catalog.ts'
import { subjectsOf } from '../../catalog/permissions.ts'
import { resource, type SynthesizedStack, synthesized } from '../stack/test-stack.ts'

const stack = synthesized()

test.each(catalog.applications)('%s has an account and a key to each service that it uses', (name) => {
  expect(resource(stack, 'confluent_service_account', name)).toEqual({
    display_name: `playstream-dev-${name}`,
  })
  const kafka = resource(stack, 'confluent_api_key', `${name}_kafka`)
  expect(kafka).toMatchObject({
    display_name: `playstream-dev-${name}-kafka`,
    owner: [
      {
        id: `\${confluent_service_account.${name}.id}`,
        api_version: `\${confluent_service_account.${name}.api_version}`,
        kind: `\${confluent_service_account.${name}.kind}`,
      },
    ],
    managed_resource: [
      {
        id: '${confluent_kafka_cluster.playstream.id}',
        api_version: '${confluent_kafka_cluster.playstream.api_version}',
        kind: '${confluent_kafka_cluster.playstream.kind}',
        environment: [{ id: '${confluent_environment.playstream.id}' }],
      },
    ],
    lifecycle: { create_before_destroy: true },
  })
  const hasRegistryKey = `${name}_registry` in (stack.resource.confluent_api_key ?? {})
  expect(hasRegistryKey).toBe(subjectsOf(name, catalog).length > 0)
})

test('exactly the applications that read or write Avro have a key to the registry', () => {
  const keys = Object.keys(stack.resource.confluent_api_key ?? {}).filter((name) =>
    name.endsWith('_registry'),
  )
  expect(keys).toEqual(
    [
      'dashboard',
      'game-producer',
      'order-checker',
      'player-state-processor',
      'provisioner',
      'sql-engine',
    ].map((name) => `${name}_registry`),
  )
})

describe.each([
  ['basic', synthesized()],
  ['standard', synthesized({ cluster: 'standard' })],
  ['basic with ksqlDB', synthesized({ sql: 'ksqldb' })],
  ['standard with ksqlDB', synthesized({ cluster: 'standard', sql: 'ksqldb' })],
] as const)(
  'a key of an application on a %s cluster',
  (_, { resource: { confluent_api_key: found = {} } }) => {
    const keys = Object.entries(found).filter(([name]) => !name.startsWith('provisioner_'))

    test('depends on no permission, so that permissions are not replaced by creating the new one first', () => {
      for (const [name, key] of keys) expect(key, name).not.toHaveProperty('depends_on')
    })

    test('is recorded immediately, so that an interrupt leaves no live key behind', () => {
      for (const [name, key] of keys) expect(key, name).toHaveProperty('disable_wait_for_ready', true)
    })
  },
)

test('no access control entry is created before the one it replaces is deleted, on any cluster with any engine', () => {
  for (const flags of [{}, { sql: 'ksqldb' }, { cluster: 'standard', sql: 'flink' }] as const)
    expect(createdFirst(synthesized(flags))).not.toContain('confluent_kafka_acl')
})

/**
 * The types that Terraform replaces by creating the new resource first: those that ask for it, and all that these
 * depend on.
 */
function createdFirst(found: SynthesizedStack): string[] {
  const all = Object.entries(found.resource).flatMap(([type, resources]) =>
    Object.entries(resources).map(([name, { '//': _, ...attributes }]) => ({
      address: `${type}.${name}`,
      type,
      attributes,
    })),
  )
  const reached = new Set<string>()
  const follow = (text: string) => {
    for (const { address, attributes } of all) {
      if (reached.has(address) || !new RegExp(`${address.replace('.', '\\.')}(?![\\w-])`).test(text)) continue
      reached.add(address)
      follow(JSON.stringify(attributes))
    }
  }
  for (const { address, attributes } of all)
    if ((attributes.lifecycle as { create_before_destroy?: boolean } | undefined)?.create_before_destroy)
      follow(`${address} ${JSON.stringify(attributes)}`)
  return [...new Set([...reached].map((address) => address.split('.')[0] ?? ''))]
}

test('every account is one of the catalog’s, or the provisioner', () => {
  expect(Object.keys(stack.resource.confluent_service_account ?? {})).toEqual(
    [...Object.keys(applications), 'provisioner'].sort(),
  )
})
