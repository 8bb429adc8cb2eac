import { describe, expect, test } from 'vitest'
import { catalog } from '../../catalog/catalog.ts'
import { CatalogError } from '../../catalog/errors.ts'
import { testTopic } from '../../catalog/test-topic.ts'
import { count, type SynthesizedStack, synthesized } from './test-stack.ts'

const TYPES = [
  'confluent_kafka_topic',
  'confluent_schema',
  'confluent_subject_config',
  'confluent_service_account',
  'confluent_api_key',
  'confluent_role_binding',
  'confluent_kafka_acl',
]

function counts(stack: SynthesizedStack): Record<string, number> {
  return Object.fromEntries(TYPES.map((type) => [type, count(stack, type)]))
}

test('the dev stack equals its snapshot', async () => {
  await expect(synthesized().text).toMatchFileSnapshot('dev-stack.snapshot.json')
})

describe('the number of resources follows from the catalog', () => {
  const parties = testTopic({
    name: 'parties',
    key: 'party_id',
    value: { kind: 'avro', subject: 'game-events-value' },
    writers: ['game-producer'],
    readers: ['attack-detector'],
  })
  const withParties = { ...catalog, topics: [...catalog.topics, parties] }

  test('one more topic adds a topic, the ACLs of its writer and reader, and the subjects of a new reader', () => {
    const before = counts(synthesized())
    expect(counts(synthesized({}, { catalog: withParties }))).toEqual({
      ...before,
      confluent_kafka_topic: (before.confluent_kafka_topic ?? 0) + 1,
      // WRITE and DESCRIBE, READ and DESCRIBE.
      confluent_kafka_acl: (before.confluent_kafka_acl ?? 0) + 4,
      // The detector reads Avro for the first time: a union with its two types, and a key to the registry.
      confluent_role_binding: (before.confluent_role_binding ?? 0) + 3,
      confluent_api_key: (before.confluent_api_key ?? 0) + 1,
    })
  })

  test('on a standard cluster, one more topic adds role bindings', () => {
    const before = counts(synthesized({ cluster: 'standard' }))
    expect(counts(synthesized({ cluster: 'standard' }, { catalog: withParties }))).toEqual({
      ...before,
      confluent_kafka_topic: (before.confluent_kafka_topic ?? 0) + 1,
      confluent_role_binding: (before.confluent_role_binding ?? 0) + 5,
      confluent_api_key: (before.confluent_api_key ?? 0) + 1,
    })
  })

  test('one more schema adds a schema and its compatibility', () => {
    const before = counts(synthesized())
    const schema = {
      subject: 'weather',
      type: 'JSON',
      text: '{"type":"object"}',
      references: [],
      compatibility: 'BACKWARD',
    } as const
    const stack = synthesized({}, { catalog: { ...catalog, schemas: [...catalog.schemas, schema] } })
    expect(counts(stack)).toEqual({
      ...before,
      confluent_schema: (before.confluent_schema ?? 0) + 1,
      confluent_subject_config: (before.confluent_subject_config ?? 0) + 1,
    })
  })
})

describe('resources that hold data', () => {
  const holding = [
    'confluent_environment',
    'confluent_kafka_cluster',
    'confluent_kafka_topic',
    'confluent_schema',
  ]

  test.each([
    ['prod', {}, true],
    ['prod', { protect: 'off' }, false],
    ['staging', {}, false],
    ['dev', { protect: 'on' }, true],
  ] as const)('of %s with %j is kept from being destroyed: %s', (stage, flags, expected) => {
    const stack = synthesized({ stage, ...flags })
    for (const [type, resources] of Object.entries(stack.resource)) {
      for (const [name, { lifecycle }] of Object.entries(resources)) {
        const isKept = (lifecycle as { prevent_destroy?: boolean } | undefined)?.prevent_destroy ?? false
        expect(isKept, `${type}.${name}`).toBe(expected && holding.includes(type))
      }
    }
  })
})

describe('secrets', () => {
  const env = {
    CONFLUENT_CLOUD_API_KEY: 'CLOUDKEYCLOUDKEY',
    CONFLUENT_CLOUD_API_SECRET: 'hush-hush-secret',
    CONFLUENT_CLOUD_ENDPOINT: 'https://api.example.com/',
  }

  test('of the environment appear nowhere in the stack', () => {
    for (const flags of [{}, { cluster: 'standard', sql: 'ksqldb' }, { cluster: 'standard', sql: 'flink' }]) {
      const { text } = synthesized(flags, { env })
      for (const secret of [env.CONFLUENT_CLOUD_API_KEY, env.CONFLUENT_CLOUD_API_SECRET])
        expect(text).not.toContain(secret)
    }
  })

  test('of keys appear only as references', () => {
    const { text } = synthesized({ sql: 'ksqldb' })
    const secrets = [...text.matchAll(/"secret": "([^"]*)"/g)].map(([, value]) => value)
    expect(secrets.length).toBeGreaterThan(0)
    expect(
      secrets.filter((value) => !/^\$\{confluent_api_key\.[a-z-]+_[a-z]+\.secret\}$/.test(value ?? '')),
    ).toEqual([])
  })

  test('appear only in sensitive outputs', () => {
    const { output } = synthesized({ sql: 'ksqldb' })
    for (const [name, { value, sensitive }] of Object.entries(output))
      expect(JSON.stringify(value).includes('secret') && sensitive !== true, name).toBe(false)
  })

  test('do not appear in variables: there are none', () => {
    expect(JSON.parse(synthesized().text)).not.toHaveProperty('variable')
  })

  test('the stack contains no path of this machine', () => {
    expect(synthesized().text).not.toContain(process.cwd())
  })
})

test('the API of Confluent Cloud is the public one unless the environment sets another', () => {
  expect(synthesized().provider).toEqual({ confluent: [{}] })
  const env = { CONFLUENT_CLOUD_ENDPOINT: 'http://127.0.0.1:8080/' }
  expect(synthesized({}, { env }).provider).toEqual({ confluent: [{ endpoint: 'http://127.0.0.1:8080' }] })
})

test('the provider’s version is the one that the bindings are written for', () => {
  expect(synthesized().terraform.required_providers).toEqual({
    confluent: { source: 'confluentinc/confluent', version: '2.83.4' },
  })
})

test('a catalog that the cloud would refuse throws an error', () => {
  const topics = catalog.topics.map((topic) => ({ ...topic, partitions: 0 }))
  expect(() => synthesized({}, { catalog: { ...catalog, topics } })).toThrow(CatalogError)
})

test('no two stages share a name', () => {
  const [dev, prod] = ['dev', 'prod'].map((stage) => {
    const { text } = synthesized({ stage })
    return new Set([...text.matchAll(/"display_name": "([^"]*)"/g)].map(([, name]) => name))
  })
  expect(dev?.size).toBeGreaterThan(catalog.applications.length)
  expect(dev?.intersection(prod ?? new Set()).size).toBe(0)
})
