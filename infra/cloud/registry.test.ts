import { expect, test } from 'vitest'
import { resource, synthesized } from '../stack/test-stack.ts'

test('the registry is read by its environment, after the cluster exists', () => {
  const stack = synthesized()
  const found = stack.data.confluent_schema_registry_cluster?.playstream
  expect(found).toMatchObject({ environment: [{ id: '${local.environment_with_cluster}' }] })
  expect(JSON.parse(stack.text).locals).toEqual({
    environment_with_cluster:
      '${(length(confluent_kafka_cluster.playstream.id) >= 1) ? confluent_environment.playstream.id : null}',
  })
})

test('a changed cluster does not delay reading the registry, which would replace every schema', () => {
  const found = JSON.stringify(synthesized().data.confluent_schema_registry_cluster)
  expect(found).not.toContain('depends_on')
  expect(found).not.toContain('confluent_kafka_cluster')
})

test('the endpoint and CRNs come from the data source', () => {
  const stack = synthesized({ stage: 'prod', cluster: 'standard' })
  const topic = resource(stack, 'confluent_kafka_topic', 'game-events')
  const schema = resource(stack, 'confluent_schema', 'player-health')
  expect(topic.rest_endpoint).toBe('${confluent_kafka_cluster.playstream.rest_endpoint}')
  expect(schema.rest_endpoint).toBe('${data.confluent_schema_registry_cluster.playstream.rest_endpoint}')
  expect(stack.text).not.toMatch(/confluent\.cloud|:443|:9092/)
})
