import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { SettingsError } from '../errors.ts'
import { type Flags, flagOf, readSettings, SETTINGS, type SettingName } from './settings.ts'

test('the default is dev: basic, in one zone of AWS us-east-2, without SQL, with a local state', () => {
  expect(readSettings({}, {})).toEqual({
    stage: 'dev',
    cloud: 'AWS',
    region: 'us-east-2',
    availability: 'SINGLE_ZONE',
    cluster: { type: 'basic' },
    governance: 'ESSENTIALS',
    sql: { engine: 'none' },
    protect: false,
    state: { kind: 'local' },
    endpoint: undefined,
    warnings: [],
  })
})

test('a flag overrides its variable, and a variable overrides the default', () => {
  const env = { PLAYSTREAM_STAGE: 'staging', PLAYSTREAM_SQL: 'ksqldb' }
  expect(readSettings({}, env)).toMatchObject({ stage: 'staging', sql: { engine: 'ksqldb', csu: 4 } })
  expect(readSettings({ stage: 'prod' }, env)).toMatchObject({ stage: 'prod', protect: true })
})

test('an empty variable counts as not set', () => {
  expect(readSettings({}, { PLAYSTREAM_STAGE: '', PLAYSTREAM_REGION: ' ' })).toMatchObject({ stage: 'dev' })
})

test('values are case-insensitive', () => {
  expect(readSettings({ cloud: 'azure', region: 'eastus', governance: 'Advanced' }, {})).toMatchObject({
    cloud: 'AZURE',
    governance: 'ADVANCED',
  })
})

describe.each<[Flags, NodeJS.ProcessEnv, string]>([
  [{ stage: 'production' }, {}, "--stage is 'production': it must be dev, staging, prod"],
  [{}, { PLAYSTREAM_CLUSTER: 'huge' }, "PLAYSTREAM_CLUSTER is 'huge': it must be basic, standard, dedicated"],
  [{ cloud: 'gcp' }, {}, 'PLAYSTREAM_REGION is not set: GCP needs a region, by --region'],
  [{ region: 'Ohio!' }, {}, "--region is 'Ohio!': it must be a region like us-east-2"],
  [{ cku: '2' }, {}, "--cku is '2', which goes only with --cluster dedicated"],
  [{ cluster: 'dedicated', cku: '0' }, {}, "--cku is '0': it must be a whole number from 1 on"],
  [
    { cluster: 'dedicated', cku: '1', availability: 'MULTI_ZONE' },
    {},
    "--cku is '1': a dedicated cluster in several zones needs at least 2",
  ],
  [{ sql: 'ksqldb', csu: '3' }, {}, "--csu is '3': it must be one of 1, 2, 4, 8"],
  [{ csu: '4' }, {}, "--csu is '4', which goes only with --sql ksqldb"],
  [{ sql: 'flink', maxCfu: '7' }, {}, "--max-cfu is '7': it must be one of 5, 10"],
  [{ state: 's3://bucket/key' }, {}, 'it needs the bucket’s region'],
  [{}, { CONFLUENT_CLOUD_ENDPOINT: 'ftp://x' }, 'CONFLUENT_CLOUD_ENDPOINT must be an http or https URL'],
])('%j with %j', (flags, env, message) => {
  test('is refused with the value and the fix', () => {
    expect(() => readSettings(flags, env)).toThrow(SettingsError)
    expect(() => readSettings(flags, env)).toThrow(message)
  })
})

test('all mistakes are reported together in one line', () => {
  const wrong = { stage: 'x', cloud: 'x', cluster: 'x', sql: 'x', governance: 'x', state: 'x', protect: 'x' }
  expect(() => readSettings(wrong, {})).toThrow(
    /^--stage .*; --cloud .*; --cluster .*; --governance .*; --sql .*; --protect .*; --state [^\n]*$/,
  )
})

test('an endpoint’s credentials appear in no message', () => {
  const env = { CONFLUENT_CLOUD_ENDPOINT: 'https://user:hush@api.example.com' }
  expect(() => readSettings({}, env)).toThrow(/without credentials/)
  expect(() => readSettings({}, env)).not.toThrow(/hush/)
})

test('Flink on a basic cluster is allowed, with a warning that names the fix', () => {
  expect(readSettings({ sql: 'flink' }, {}).warnings).toEqual([expect.stringContaining('--cluster standard')])
  expect(readSettings({ sql: 'flink', cluster: 'standard' }, {}).warnings).toEqual([])
})

test('any input gives either settings or a message that names each faulty source', () => {
  const names = Object.keys(SETTINGS) as SettingName[]
  const flags = fc.dictionary(fc.constantFrom(...names), fc.string({ maxLength: 12 }))
  fc.assert(
    fc.property(flags, (given) => {
      try {
        readSettings(given, {})
      } catch (error) {
        expect(error).toBeInstanceOf(SettingsError)
        expect(names.some((name) => (error as Error).message.includes(flagOf(name)))).toBe(true)
      }
    }),
  )
})
