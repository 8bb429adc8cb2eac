import { expect, test } from 'vitest'
import { count, resource, synthesized } from '../stack/test-stack.ts'

const statements = [
  { name: 'dedup-1', sql: "SELECT '${id}'" },
  { name: 'dedup-2', sql: 'SELECT 2' },
]
const stack = synthesized({ sql: 'flink', cluster: 'standard', maxCfu: '10' }, { statements })

test('the compute pool is in the cluster’s region', () => {
  expect(resource(stack, 'confluent_flink_compute_pool', 'playstream')).toEqual({
    display_name: 'playstream-dev',
    cloud: 'AWS',
    region: 'us-east-2',
    max_cfu: 10,
    environment: [{ id: '${confluent_environment.playstream.id}' }],
  })
})

test('the statements run as the SQL engine, after the topics and each after the previous one', () => {
  const first = resource(stack, 'confluent_flink_statement', 'dedup-1')
  expect(first).toMatchObject({
    statement_name: 'playstream-dev-dedup-1',
    statement: "SELECT '$${id}'",
    principal: [{ id: '${confluent_service_account.sql-engine.id}' }],
    compute_pool: [{ id: '${confluent_flink_compute_pool.playstream.id}' }],
    properties: { 'sql.current-catalog': 'playstream-dev', 'sql.current-database': 'playstream-dev' },
  })
  expect(first.depends_on).toContain('confluent_kafka_topic.transactions')
  expect(resource(stack, 'confluent_flink_statement', 'dedup-2').depends_on).toEqual([
    'confluent_flink_statement.dedup-1',
  ])
})

test('the account has the developer role in the environment and may use Flink’s own transactional ids', () => {
  expect(resource(stack, 'confluent_role_binding', 'sql-engine_flink')).toMatchObject({
    role_name: 'FlinkDeveloper',
    crn_pattern: '${confluent_environment.playstream.resource_name}',
  })
  const { crn_pattern } = resource(
    stack,
    'confluent_role_binding',
    'sql-engine_write-flink-transactional-ids',
  )
  expect(crn_pattern).toMatch(/\/transactional-id=_confluent-flink_\*$/)
})

test('without statements only the pool is created', () => {
  const empty = synthesized({ sql: 'flink', cluster: 'standard' })
  expect(count(empty, 'confluent_flink_compute_pool')).toBe(1)
  expect(count(empty, 'confluent_flink_statement')).toBe(0)
})
