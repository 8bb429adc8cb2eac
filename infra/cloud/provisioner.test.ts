import { expect, test } from 'vitest'
import { type Attributes, resource, synthesized } from '../stack/test-stack.ts'

const stack = synthesized()
const principal = 'User:${confluent_service_account.provisioner.id}'
const bindings = Object.entries(stack.resource.confluent_role_binding ?? {})

test('only the provisioner manages the cluster', () => {
  expect(resource(stack, 'confluent_role_binding', 'provisioner_cluster')).toEqual({
    principal,
    role_name: 'CloudClusterAdmin',
    crn_pattern: '${confluent_kafka_cluster.playstream.rbac_crn}',
  })
  expect(bindings.filter(([, { role_name }]) => /Admin$/.test(String(role_name)))).toHaveLength(1)
})

test('only the provisioner owns all subjects, by one role that covers new subjects in advance', () => {
  const owned = bindings.filter(([, { role_name }]) => role_name === 'ResourceOwner')
  expect(owned.map(([, binding]) => [binding.principal, binding.crn_pattern])).toEqual([
    [principal, '${data.confluent_schema_registry_cluster.playstream.resource_name}/subject=*'],
  ])
})

test('the provisioner’s keys, and the resources created with them, come after its permissions', () => {
  expect(resource(stack, 'confluent_api_key', 'provisioner_kafka').depends_on).toEqual([
    'confluent_role_binding.provisioner_cluster',
  ])
  expect(resource(stack, 'confluent_api_key', 'provisioner_registry').depends_on).toEqual([
    'confluent_role_binding.provisioner_own-subjects',
  ])
  for (const type of ['confluent_kafka_topic', 'confluent_kafka_acl']) {
    for (const made of Object.values(stack.resource[type] ?? {}) as Attributes[])
      expect(made.credentials).toEqual([
        {
          key: '${confluent_api_key.provisioner_kafka.id}',
          secret: '${confluent_api_key.provisioner_kafka.secret}',
        },
      ])
  }
})

test('Terraform waits for the permissions and keys that other resources need', () => {
  for (const [name, binding] of bindings)
    expect('disable_wait_for_ready' in binding, name).toBe(!name.startsWith('provisioner_'))
})
