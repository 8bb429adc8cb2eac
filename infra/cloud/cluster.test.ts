import { expect, test } from 'vitest'
import { resource, synthesized } from '../stack/test-stack.ts'

const cluster = (flags: Parameters<typeof synthesized>[0]) =>
  resource(synthesized(flags), 'confluent_kafka_cluster', 'playstream')

test('the cluster is by default basic, in one zone of us-east-2', () => {
  expect(cluster({})).toEqual({
    display_name: 'playstream-dev',
    environment: [{ id: '${confluent_environment.playstream.id}' }],
    cloud: 'AWS',
    region: 'us-east-2',
    availability: 'SINGLE_ZONE',
    basic: [{}],
  })
})

test('a standard cluster can be in any cloud and region', () => {
  const found = cluster({ cluster: 'standard', cloud: 'gcp', region: 'us-east4', availability: 'multi_zone' })
  expect(found).toMatchObject({
    cloud: 'GCP',
    region: 'us-east4',
    availability: 'MULTI_ZONE',
    standard: [{}],
  })
  expect(found).not.toHaveProperty('basic')
})

test('a dedicated cluster has the configured CKUs', () => {
  expect(cluster({ cluster: 'dedicated', cku: '3' })).toMatchObject({ dedicated: [{ cku: 3 }] })
})
