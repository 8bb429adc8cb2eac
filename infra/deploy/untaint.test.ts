import { expect, test } from 'vitest'
import { parseStateResources } from './state-resources.ts'
import { completeThoughTainted } from './untaint.ts'

/** A state in the format of `terraform show -json`. */
function wholeOf(resources: readonly Record<string, unknown>[]): string[] {
  const json = JSON.stringify({
    values: { root_module: { resources: resources.map((one) => ({ mode: 'managed', ...one })) } },
  })
  return completeThoughTainted(parseStateResources(json)).map(({ address }) => address)
}

function of(address: string, values: Record<string, unknown>, tainted = true) {
  const [type, name] = address.split('.')
  return { address, type, name, tainted, values }
}

const topic = { id: 'lkc-1/logs', topic_name: 'logs', partitions_count: 6 }

test('a tainted topic with its id is complete: the next refresh reads the rest from the cluster', () => {
  expect(wholeOf([of('confluent_kafka_topic.logs', topic)])).toEqual(['confluent_kafka_topic.logs'])
})

test('a resource that is not tainted stays as it is', () => {
  expect(wholeOf([of('confluent_kafka_topic.logs', topic, false)])).toEqual([])
})

test.each([
  ['a topic without an id', 'confluent_kafka_topic.logs', { ...topic, id: null }],
  [
    'a cluster that has no address yet',
    'confluent_kafka_cluster.playstream',
    { id: 'lkc-1', rest_endpoint: '' },
  ],
  ['a key whose secret was lost', 'confluent_api_key.operator_kafka', { id: 'KEY', secret: null }],
  ['a statement, which may have failed', 'confluent_flink_statement.x', { id: 'env/pool/x' }],
  ['a type that is not known', 'confluent_connector.x', { id: 'c' }],
])('%s is incomplete and stays tainted', (_, address, values) => {
  expect(wholeOf([of(address, values)])).toEqual([])
})

test('a deposed object is never taken for the resource', () => {
  expect(wholeOf([{ ...of('confluent_kafka_topic.logs', topic), deposed_key: 'abcd1234' }])).toEqual([])
})

test('an empty state has no tainted resource', () => {
  expect(completeThoughTainted(parseStateResources('{"format_version":"1.0"}'))).toEqual([])
  expect(completeThoughTainted(parseStateResources(''))).toEqual([])
})
