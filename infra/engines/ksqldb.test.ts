import { expect, test } from 'vitest'
import { count, resource, synthesized } from '../stack/test-stack.ts'

const basic = synthesized({ sql: 'ksqldb' })
const standard = synthesized({ sql: 'ksqldb', cluster: 'standard', csu: '8' })

test('ksqlDB runs as the SQL engine’s account, with 4 CSU by default', () => {
  expect(resource(basic, 'confluent_ksql_cluster', 'playstream')).toEqual({
    display_name: 'playstream-dev',
    csu: 4,
    environment: [{ id: '${confluent_environment.playstream.id}' }],
    kafka_cluster: [{ id: '${confluent_kafka_cluster.playstream.id}' }],
    credential_identity: [{ id: '${confluent_service_account.sql-engine.id}' }],
  })
  expect(resource(standard, 'confluent_ksql_cluster', 'playstream').csu).toBe(8)
})

test('on a basic cluster, ksqlDB owns the resources with its prefix by ACLs', () => {
  const owned = Object.values(basic.resource.confluent_kafka_acl ?? {}).filter(
    ({ operation }) => operation === 'ALL',
  )
  expect(owned.map(({ resource_type, resource_name }) => [resource_type, resource_name])).toEqual([
    ['GROUP', '_confluent-ksql-${confluent_ksql_cluster.playstream.topic_prefix}'],
    ['TOPIC', '_confluent-ksql-${confluent_ksql_cluster.playstream.topic_prefix}'],
    ['TOPIC', '${confluent_ksql_cluster.playstream.topic_prefix}'],
  ])
  expect(owned.every(({ pattern_type }) => pattern_type === 'PREFIXED')).toBe(true)
})

test('on a standard cluster, ksqlDB owns the resources with its prefix by roles', () => {
  const owned = Object.entries(standard.resource.confluent_role_binding ?? {})
    .filter(([name]) => name.startsWith('sql-engine_own'))
    .map(([, binding]) => String(binding.crn_pattern).replace(/^.*\//, ''))
  expect(owned).toEqual([
    'group=_confluent-ksql-${confluent_ksql_cluster.playstream.topic_prefix}*',
    'subject=_confluent-ksql-${confluent_ksql_cluster.playstream.topic_prefix}*',
    'topic=_confluent-ksql-${confluent_ksql_cluster.playstream.topic_prefix}*',
    'subject=${confluent_ksql_cluster.playstream.topic_prefix}*',
    'topic=${confluent_ksql_cluster.playstream.topic_prefix}*',
    'transactional-id=${confluent_ksql_cluster.playstream.topic_prefix}*',
  ])
})

test('ksqlDB may describe everything by ACLs, and read nothing more', () => {
  for (const stack of [basic, standard]) {
    const wide = Object.values(stack.resource.confluent_kafka_acl ?? {}).filter(
      (acl) => acl.resource_name === '*' || acl.resource_type === 'CLUSTER',
    )
    const operations = new Set(wide.map(({ operation }) => operation))
    operations.delete('IDEMPOTENT_WRITE')
    expect([...operations].sort()).toEqual(['DESCRIBE', 'DESCRIBE_CONFIGS'])
  }
})

test('the stack creates a key to ksqlDB, for clients that send it statements', () => {
  expect(resource(basic, 'confluent_api_key', 'sql-engine_ksqldb')).toMatchObject({
    managed_resource: [{ id: '${confluent_ksql_cluster.playstream.id}' }],
    disable_wait_for_ready: true,
  })
})

test('without ksqlDB the stack creates no key to it', () => {
  expect(count(synthesized(), 'confluent_ksql_cluster')).toBe(0)
})
