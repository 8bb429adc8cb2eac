import { expect, test } from 'vitest'
import { catalog } from '../../catalog/catalog.ts'
import { synthesized } from './test-stack.ts'

const { output } = synthesized()

test('the outputs contain the endpoints', () => {
  expect(output.stage).toEqual({ value: 'dev' })
  expect(output.bootstrap_servers?.value).toBe(
    '${trimprefix(confluent_kafka_cluster.playstream.bootstrap_endpoint, "SASL_SSL://")}',
  )
  expect(output.registry_url?.value).toBe(
    '${data.confluent_schema_registry_cluster.playstream.rest_endpoint}',
  )
})

test.each([...catalog.applications, 'provisioner'])(
  'the outputs contain the keys of %s, marked as sensitive',
  (name) => {
    expect(output[`account-${name}`]).toMatchObject({
      sensitive: true,
      value: {
        kafka: {
          key: `\${confluent_api_key.${name}_kafka.id}`,
          secret: `\${confluent_api_key.${name}_kafka.secret}`,
        },
      },
    })
  },
)

test('the outputs contain the SQL engine’s access if there is one', () => {
  expect(output).not.toHaveProperty('sql')
  expect(synthesized({ sql: 'ksqldb' }).output.sql).toMatchObject({
    sensitive: true,
    value: { endpoint: '${confluent_ksql_cluster.playstream.rest_endpoint}' },
  })
})
