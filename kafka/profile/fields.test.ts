import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { afterAll, describe, expect, test } from 'vitest'
import { variables } from './environment-profile.ts'
import { FIELDS, type Fields, pathsOf } from './fields.ts'
import { labelled, objectSource, readFields } from './read-fields.ts'
import { Secret } from './secret.ts'

const folder = mkdtempSync(join(tmpdir(), 'playstream-fields-'))
const caFile = join(folder, 'ca.pem')
writeFileSync(caFile, rootCertificates[0] as string)
afterAll(() => rmSync(folder, { recursive: true }))

const url = 'https://a.example:8443/path'
const word = { good: 'word', bad: undefined }
const address = { good: url, bad: 'ftp://a.example' }

/** For each field, by its path, a valid text and an invalid one; undefined for a field that accepts every text. */
const samples: Readonly<Record<string, { readonly good: string; readonly bad: string | undefined }>> = {
  bootstrapServers: { good: 'a:9092,[::1]:9093', bad: 'a' },
  securityProtocol: { good: 'SASL_SSL', bad: 'TLS' },
  saslMechanism: { good: 'SCRAM-SHA-512', bad: 'OAUTH' },
  caFile: { good: caFile, bad: join(folder, 'none.pem') },
  registryUrl: address,
  'ksqldb.url': address,
  'ksqldb.key': word,
  'ksqldb.secret': word,
  flinkSqlUrl: address,
  flinkRestUrl: address,
  'kafka.key': word,
  'kafka.secret': word,
  'registry.key': word,
  'registry.secret': word,
}

const all = pathsOf(FIELDS).map(([path, field]) => [path.join('.'), field, path] as const)

/** The one field of a path, in its groups, so that nothing else is read. */
function alone(path: readonly string[]): Fields {
  const [name, ...rest] = path as [string, ...string[]]
  const inner = path.reduce<unknown>((group, one) => (group as Record<string, unknown>)[one], FIELDS)
  return rest.length === 0
    ? { [name]: inner as Fields }
    : { [name]: { [rest[0] as string]: inner as Fields } }
}

function nested(path: readonly string[], value: unknown): unknown {
  return path.reduceRight<unknown>((inner, name) => ({ [name]: inner }), value)
}

describe.each(all)('the field %s', (name, field, path) => {
  const { good } = samples[name] ?? { good: '' }
  const env = (text: string) => variables('eu', { [`PLAYSTREAM_EU_${field.variable}`]: text })

  test('has the same value from its variable as from a profile file', () => {
    const ofVariable = readFields(alone(path), env(` ${good}\n`))
    const inFile = name === 'bootstrapServers' ? good.split(',') : good
    const ofFile = readFields(alone(path), objectSource(nested(path, inFile)))
    expect([ofVariable.problems, ofFile.problems]).toEqual([[], []])
    expect(ofVariable.values).toEqual(ofFile.values)
    expect(ofVariable.values).not.toEqual({})
  })

  test('is shown under its label, and masked where it is a secret', () => {
    const { values, shown } = readFields(alone(path), env(good))
    const value = path.reduce<unknown>((group, one) => (group as Record<string, unknown>)[one], values)
    expect(labelled(alone(path), shown)).toEqual([[field.label, value instanceof Secret ? '***' : good]])
    expect(value instanceof Secret).toBe(name.endsWith('secret'))
  })

  test('is refused where a file holds something other than text', () => {
    expect(readFields(alone(path), objectSource(nested(path, 7))).problems).toEqual([`${name} is not text`])
  })

  test('is named in docs/clusters.md', () => {
    const page = readFileSync(new URL('../../docs/clusters.md', import.meta.url), 'utf8')
    expect(page).toMatch(new RegExp(`\\b(PLAYSTREAM_[A-Z]+_)?${field.variable}\\b`))
  })
})

test('no two fields have the same variable or the same label', () => {
  expect(new Set(all.map(([, { variable }]) => variable)).size).toBe(all.length)
  expect(new Set(all.map(([, { label }]) => label)).size).toBe(all.length)
})

test.each(all.filter(([name]) => samples[name]?.bad !== undefined))(
  'a wrong text of the field %s is refused by the name of its variable, or of its path in a file',
  (name, field, path) => {
    const bad = samples[name]?.bad
    const variable = `PLAYSTREAM_EU_${field.variable}`
    const [ofVariable] = readFields(alone(path), variables('eu', { [variable]: bad })).problems
    const [ofFile] = readFields(alone(path), objectSource(nested(path, bad))).problems
    expect(ofVariable).toMatch(new RegExp(`^${variable} (has|is|must|names)`))
    expect(ofFile).toBe(ofVariable?.replace(variable, name))
  },
)
