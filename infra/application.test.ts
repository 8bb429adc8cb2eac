import { expect, test } from 'vitest'
import { applications } from '../catalog/applications.ts'
import { catalog } from './catalog.ts'
import { subjectsOf } from './permissions.ts'
import { resource, synthesized } from './test-stack.ts'

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

test('who reads or writes Avro, and nobody else, has a key to the registry', () => {
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

test('a key to the registry comes after the permission to read subjects, without which it is never ready', () => {
  expect(resource(stack, 'confluent_api_key', 'order-checker_registry').depends_on).toEqual([
    'confluent_role_binding.order-checker_read-subject-game-events-value',
    'confluent_role_binding.order-checker_read-subject-player-health',
    'confluent_role_binding.order-checker_read-subject-player-position',
  ])
})

test('every account is one of the catalog’s, or the provisioner', () => {
  expect(Object.keys(stack.resource.confluent_service_account ?? {})).toEqual(
    [...Object.keys(applications), 'provisioner'].sort(),
  )
})
