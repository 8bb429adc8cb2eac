import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PROVIDER_VERSION } from '../confluent/provider.ts'
import { type SynthesizedStack, synthesized } from './test-stack.ts'

interface Block {
  readonly attributes?: Readonly<
    Record<string, { type: unknown; required?: boolean; optional?: boolean; computed?: boolean }>
  >
  readonly block_types?: Readonly<
    Record<string, { nesting_mode: string; max_items?: number; min_items?: number; block: Block }>
  >
}

interface ProviderSchema {
  readonly version: string
  readonly provider_config: Block
  readonly resources: Readonly<Record<string, Block>>
  readonly data_sources: Readonly<Record<string, Block>>
}

/** The file is not part of this repository: it lies next to a checkout, or where the variable says. */
const file = [
  process.env.PLAYSTREAM_PROVIDER_SCHEMA ?? '',
  join(import.meta.dirname, '../../../shared/confluent/provider-schema.json'),
].find((candidate) => candidate !== '' && existsSync(candidate))

/** Terraform's own options of any resource, and cdktf's notes. */
const META = ['//', 'depends_on', 'lifecycle', 'provider']

/** Terraform's own resources, which the provider does not have. */
const BUILT_IN = ['terraform_data']

const statements = [{ name: 'dedup-1', sql: 'SELECT 1' }]
const stacks: [string, SynthesizedStack][] = [
  ['dev', synthesized()],
  ['prod on a standard cluster', synthesized({ stage: 'prod', cluster: 'standard', governance: 'ADVANCED' })],
  ['a dedicated cluster with ksqlDB', synthesized({ cluster: 'dedicated', sql: 'ksqldb' })],
  ['a basic cluster with ksqlDB', synthesized({ sql: 'ksqldb' })],
  ['a standard cluster with Flink', synthesized({ cluster: 'standard', sql: 'flink' }, { statements })],
]

/** Every difference between the written attributes and the provider's schema. */
function differences(path: string, block: Block, written: Readonly<Record<string, unknown>>): string[] {
  const { attributes = {}, block_types: blocks = {} } = block
  const problems: string[] = []
  for (const [name, value] of Object.entries(written)) {
    const attribute = attributes[name]
    const nested = blocks[name]
    if (nested) {
      const items = value as Readonly<Record<string, unknown>>[]
      if (!Array.isArray(items)) problems.push(`${path}.${name} is a block and must be a list`)
      else {
        if (nested.max_items && items.length > nested.max_items)
          problems.push(`${path}.${name} is there too often`)
        for (const item of items) problems.push(...differences(`${path}.${name}`, nested.block, item))
      }
    } else if (!attribute) problems.push(`${path} has no ${name}`)
    else if (!attribute.required && !attribute.optional) problems.push(`${path}.${name} cannot be set`)
    else if (!isOf(attribute.type, value)) problems.push(`${path}.${name} is of another type`)
  }
  for (const [name, attribute] of Object.entries(attributes))
    if (attribute.required && !(name in written)) problems.push(`${path} lacks ${name}`)
  for (const [name, nested] of Object.entries(blocks))
    if (nested.min_items && !(name in written)) problems.push(`${path} lacks ${name}`)
  return problems
}

/** A reference may have any type. */
function isOf(type: unknown, value: unknown): boolean {
  if (typeof value === 'string' && value.startsWith('${')) return true
  if (Array.isArray(type)) {
    const [kind, item] = type
    if (kind === 'map')
      return typeof value === 'object' && Object.values(value ?? {}).every((one) => isOf(item, one))
    return Array.isArray(value) && value.every((one) => isOf(item, one))
  }
  return typeof value === (type === 'bool' ? 'boolean' : type)
}

describe.skipIf(file === undefined)(
  `the provider’s schema${file === undefined ? ' (skipped: there is no ../shared/confluent/provider-schema.json, nor PLAYSTREAM_PROVIDER_SCHEMA)' : ''}`,
  () => {
    const schema = JSON.parse(file === undefined ? '{}' : readFileSync(file, 'utf8')) as ProviderSchema

    test('has the version that the stack requires', () => {
      expect(schema.version).toBe(PROVIDER_VERSION)
    })

    test.each(stacks)('accepts every attribute and block of %s', (_, stack) => {
      const problems = [
        ...(stack.provider.confluent ?? []).flatMap((one) =>
          differences('provider', schema.provider_config, one),
        ),
        ...compare(stack.resource, schema.resources),
        ...compare(stack.data, schema.data_sources),
      ]
      expect(problems).toEqual([])
    })

    test('is really compared: unknown attributes are found', () => {
      const block = schema.resources.confluent_kafka_topic ?? {}
      expect(differences('topic', block, { topic_name: 7, colour: 'red', id: 'x', credentials: {} })).toEqual(
        [
          'topic.topic_name is of another type',
          'topic has no colour',
          'topic.credentials is a block and must be a list',
        ],
      )
      expect(differences('account', schema.resources.confluent_service_account ?? {}, { kind: 'x' })).toEqual(
        ['account.kind cannot be set', 'account lacks display_name'],
      )
    })
  },
)

function compare(
  written: SynthesizedStack['resource'] | undefined,
  known: Readonly<Record<string, Block>>,
): string[] {
  return Object.entries(written ?? {})
    .filter(([type]) => !BUILT_IN.includes(type))
    .flatMap(([type, resources]) => {
      const block = known[type]
      if (!block) return [`the provider has no ${type}`]
      return Object.entries(resources).flatMap(([name, attributes]) =>
        differences(
          `${type}.${name}`,
          block,
          Object.fromEntries(Object.entries(attributes).filter(([key]) => !META.includes(key))),
        ),
      )
    })
}
