import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { catalog } from '../../catalog/catalog.ts'
import { Secret } from '../../kafka/profile/secret.ts'
import { asyncApi } from './asyncapi.ts'

const specification = JSON.parse(
  readFileSync(createRequire(import.meta.url).resolve('@asyncapi/specs/schemas/3.0.0.json'), 'utf8'),
)
const ajv = new Ajv({
  strict: false,
  // The specification's schema brings the schema of JSON schema with it.
  meta: false,
  validateSchema: false,
  formats: {
    uri: (value: string) => URL.canParse(value),
    'uri-reference': true,
    'uri-template': true,
    regex: true,
    email: true,
  },
})
const isAsyncApi = ajv.compile(specification)

const profile = {
  name: 'cloud',
  bootstrapServers: ['one.example:9092', 'two.example:9092'],
  tls: {},
  sasl: { key: 'account', secret: new Secret('hush'), mechanism: 'scram-sha-512' as const },
  registry: {
    url: 'https://registry.example',
    credentials: { key: 'account', secret: new Secret('hush') },
  },
}
const asJson = (value: unknown) => JSON.parse(JSON.stringify(value))
const document = asJson(asyncApi(catalog, { version: '1.2.3', profile }))

test.each([
  ['with a cluster', profile],
  ['without a cluster', undefined],
])('the document %s is valid by the schema of AsyncAPI 3.0', (_, cluster) => {
  const whole = asJson(asyncApi(catalog, { version: '1.2.3', profile: cluster }))
  expect(isAsyncApi(whole), ajv.errorsText(isAsyncApi.errors)).toBe(true)
})

test('the schema refuses an operation that neither sends nor receives, and a wrong Kafka binding', () => {
  const [name] = Object.keys(document.operations)
  const wrong = asJson(document)
  wrong.operations[name as string].action = 'whisper'
  expect(isAsyncApi(wrong)).toBe(false)
  const negative = asJson(document)
  negative.channels.logs.bindings.kafka.partitions = 0
  expect(isAsyncApi(negative)).toBe(false)
})

test('every topic of the catalog is a channel whose operations are all of its writers and readers', () => {
  expect(Object.keys(document.channels)).toEqual(catalog.topics.map(({ name }) => name))
  const operations = Object.values(document.operations) as {
    action: string
    channel: { $ref: string }
    tags: { name: string }[]
  }[]
  for (const { name, writers, readers } of catalog.topics) {
    const ownersOf = (action: string) =>
      new Set(
        operations
          .filter((one) => one.action === action && one.channel.$ref === `#/channels/${name}`)
          .flatMap(({ tags }) => tags.map((tag) => tag.name)),
      )
    expect(ownersOf('send'), name).toEqual(new Set(writers))
    expect(ownersOf('receive'), name).toEqual(new Set(readers))
  }
})

test('every reference leads to a part of the document', () => {
  const references = [...JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)].map(([, path]) => path)
  expect(references.length).toBeGreaterThan(100)
  const missing = references.filter((path) => {
    const found = path?.split('/').reduce<unknown>((part, key) => (part as never)?.[key], document)
    return found === undefined
  })
  expect(missing).toEqual([])
})

describe('a topic', () => {
  test('of Avro has its union with the records in place of their references', () => {
    const { payload, bindings } = document.components.messages['game-events']
    expect(payload.schema).toMatchObject([
      { type: 'record', name: 'PlayerHealth' },
      { type: 'record', name: 'PlayerPosition' },
    ])
    expect(bindings.kafka).toMatchObject({ schemaIdLocation: 'payload', key: { type: 'string' } })
  })

  test('of JSON has its JSON schema, and no key where its records have none', () => {
    const { payload, bindings } = document.components.messages.transactions
    expect(payload.schema).toMatchObject({ title: 'Transaction', type: 'object' })
    expect(bindings.kafka).not.toHaveProperty('key')
  })

  test('has partitions and settings in Kafka’s terms', () => {
    expect(document.channels.logs.bindings.kafka).toMatchObject({
      partitions: 6,
      topicConfiguration: { 'cleanup.policy': ['delete'], 'retention.ms': 259_200_000 },
    })
  })
})

test('a processor’s read names its consumer group', () => {
  const operation = document.operations['processor.transactions-dedup.receive.transactions-by-id']
  expect(operation.bindings.kafka.groupId).toEqual({ type: 'string', enum: ['transactions-dedup'] })
})

test('the servers are the cluster’s, without its credentials', () => {
  expect(document.servers).toMatchObject({
    cloud: { host: 'one.example:9092', protocol: 'kafka-secure', security: [{ type: 'scramSha512' }] },
    'cloud-2': { host: 'two.example:9092' },
  })
  expect(JSON.stringify(document)).not.toMatch(/hush|"account"/)
})
