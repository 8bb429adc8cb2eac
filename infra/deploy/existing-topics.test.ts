import { expect, test } from 'vitest'
import { existingTopics, importVariables } from './existing-topics.ts'
import type { StateResource } from './state-resources.ts'

const plain = `
Error: error creating Kafka Topic: 400 Bad Request: Topic 'player.logs' already exists.

  with confluent_kafka_topic.player_logs,
  on cdk.tf.json line 9, in resource.confluent_kafka_topic.player_logs:
   9:       }

Error: 500 Internal Server Error

  with confluent_kafka_topic.other,
  on cdk.tf.json line 10, in resource.confluent_kafka_topic.other:
`

test('a topic that exists already is found by its address; a topic that failed for another reason is not', () => {
  expect(existingTopics(plain, 'lkc-1')).toEqual([
    { address: 'confluent_kafka_topic.player_logs', importId: 'lkc-1/player.logs' },
  ])
})

test('colours and a terminal’s bars do not hide an existing topic', () => {
  const coloured = plain.replace(/^/gm, '\u001b[31m│\u001b[0m \u001b[0m')
  expect(existingTopics(coloured, 'lkc-1')).toEqual(existingTopics(plain, 'lkc-1'))
})

test('another kind of resource that exists already is not taken for a topic', () => {
  const text = "Error: Service Account 'x' already exists\n\n  with confluent_service_account.x,\n"
  expect(existingTopics(text, 'lkc-1')).toEqual([])
})

test('an import needs the cluster and the provisioner’s key in the state, and is not attempted without them', () => {
  const cluster = resource('confluent_kafka_cluster', 'playstream', {
    id: 'lkc-1',
    rest_endpoint: 'https://lkc-1.example',
  })
  const key = resource('confluent_api_key', 'provisioner_kafka', { id: 'KEY', secret: 'hush' })
  expect(importVariables([cluster, key])).toEqual({
    IMPORT_KAFKA_ID: 'lkc-1',
    IMPORT_KAFKA_REST_ENDPOINT: 'https://lkc-1.example',
    IMPORT_KAFKA_API_KEY: 'KEY',
    IMPORT_KAFKA_API_SECRET: 'hush',
  })
  expect(importVariables([cluster])).toBeUndefined()
  expect(importVariables([key])).toBeUndefined()
})

function resource(type: string, name: string, values: StateResource['values']): StateResource {
  return { address: `${type}.${name}`, type, name, tainted: false, values }
}
