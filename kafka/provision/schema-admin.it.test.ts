import { describe, expect, test } from 'vitest'
import type { Schema } from '../../catalog/schemas.ts'
import { testProfile, unique } from '../profile/test-profile.ts'
import { AvroDecoder } from '../registry/avro-decoder.ts'
import { AvroEncoder } from '../registry/avro-encoder.ts'
import { avroTypeOf } from '../registry/avro-type.ts'
import { Registry } from '../registry/registry.ts'
import { applySchemaChange, planSchemas, type SchemaPlan } from './schema-admin.ts'

const registry = new Registry(testProfile())

function record(subject: string, name: string, ...optional: string[]): Schema {
  const fields = [
    { name: 'id', type: 'string' },
    ...optional.map((field) => ({ name: field, type: ['null', 'string'], default: null })),
  ]
  return avro(subject, { type: 'record', name, namespace: 'test', fields })
}

function avro(subject: string, schema: unknown, references: Schema['references'] = []): Schema {
  return { subject, type: 'AVRO', text: JSON.stringify(schema), references, compatibility: 'BACKWARD' }
}

async function plan(...schemas: Schema[]): Promise<SchemaPlan> {
  return planSchemas(schemas, registry, { allowDelete: false })
}

/** Plans and applies. */
async function bring(...schemas: Schema[]): Promise<void> {
  const { changes } = await plan(...schemas)
  for (const change of changes) await applySchemaChange(registry, schemas, change)
}

describe('applySchemaChange', () => {
  test('a union is registered after its references, and the next plan is empty', async () => {
    const name = unique('Damage').replace('-', '')
    const part = record(unique('part'), name, 'note')
    const union = avro(unique('union'), [`test.${name}`], [{ name: `test.${name}`, subject: part.subject }])
    const first = await plan(part, union)
    expect(first.changes).toMatchObject([
      { schema: { subject: part.subject } },
      { schema: { subject: union.subject } },
    ])
    await bring(part, union)
    expect((await plan(part, union)).changes).toEqual([])
    const type = await registry.avroType(await registry.idOf(union, [part, union]))
    const value = { [`test.${name}`]: { id: 'a', note: 'plain' } }
    expect(type.fromBuffer(type.toBuffer(value))).toEqual(value)
  })

  test('a union that references a changed schema is registered again with the new version', async () => {
    const name = unique('Heal').replace('-', '')
    const part = record(unique('part'), name)
    const union = avro(unique('union'), [`test.${name}`], [{ name: `test.${name}`, subject: part.subject }])
    await bring(part, union)
    const changed = record(part.subject, name, 'note')
    await bring(changed, union)
    expect((await registry.latest(union.subject))?.version).toBe(2)
    expect((await plan(changed, union)).changes).toEqual([])
  })

  test('records are written with the catalog’s version, even if others registered later versions', async () => {
    const name = unique('Move').replace('-', '')
    const part = record(unique('part'), name)
    const union = avro(unique('union'), [`test.${name}`], [{ name: `test.${name}`, subject: part.subject }])
    const catalog = [part, union]
    const foreign = record(part.subject, name, 'z')
    await bring(part)
    await registry.register(foreign, [foreign])
    await bring(...catalog)
    expect(await plan(...catalog)).toMatchObject({
      changes: [],
      superseded: [{ subject: part.subject, version: 1, latest: 2 }],
    })
    const id = await registry.idOf(union, catalog)
    const value = { [`test.${name}`]: { id: 'a' } }
    const written = new AvroEncoder(avroTypeOf(union, catalog), id).encode(value)
    const decoder = new AvroDecoder(avroTypeOf(union, catalog), registry)
    expect(await decoder.decodeAll([written])).toEqual([value])
  })

  test('the catalog’s version of a union stays in use when the latest references another client’s version', async () => {
    const name = unique('Turn').replace('-', '')
    const part = record(unique('part'), name)
    const union = avro(unique('union'), [`test.${name}`], [{ name: `test.${name}`, subject: part.subject }])
    await bring(part, union)
    const id = await registry.idOf(union, [part, union])
    const foreign = record(part.subject, name, 'z')
    await bring(foreign, union)
    expect(await registry.idOf(union, [foreign, union])).not.toBe(id)
    expect((await plan(part, union)).changes).toEqual([])
    expect(await registry.idOf(union, [part, union])).toBe(id)
  })

  test('a schema in another layout is recognized, with its fields in another order it is not', async () => {
    const fields = [
      { name: 'b', type: 'string' },
      { name: 'a', type: 'string' },
    ]
    const subject = unique('layout')
    const schema = { type: 'record', name: 'Layout', namespace: 'test', fields }
    // Verbatim, like a client that registers its schema file as it is.
    await fetch(`${testProfile().registry.url}/subjects/${subject}/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ schema: JSON.stringify(schema, undefined, 2) }),
    })
    expect((await plan(avro(subject, schema))).changes).toEqual([])
    const reversed = avro(subject, { ...schema, fields: fields.toReversed() })
    expect((await plan(reversed)).changes).toHaveLength(1)
  })

  test('a union may gain an event type, but not lose one', async () => {
    const [first, second] = [unique('First').replace('-', ''), unique('Second').replace('-', '')]
    const parts = [record(unique('part'), first), record(unique('part'), second)] as const
    const references = [first, second].map((name, index) => ({
      name: `test.${name}`,
      subject: parts[index]?.subject ?? '',
    }))
    const names = references.map(({ name }) => name)
    const subject = unique('union')
    await bring(parts[0], avro(subject, names.slice(0, 1), references.slice(0, 1)))
    await bring(...parts, avro(subject, names, references))
    const lost = avro(subject, names.slice(1), references.slice(1))
    expect((await plan(parts[1], lost)).changes).toMatchObject([{ incompatibilities: [expect.any(String)] }])
    await expect(bring(parts[1], lost)).rejects.toThrow('is not BACKWARD compatible with version 2')
  })

  test('an incompatible change is rejected with the reason, and nothing is registered', async () => {
    const subject = unique('strict')
    await bring(record(subject, 'Strict'))
    const incompatible = avro(subject, {
      type: 'record',
      name: 'Strict',
      namespace: 'test',
      fields: [{ name: 'other', type: 'int' }],
    })
    const refused = await plan(incompatible)
    expect(refused.changes).toMatchObject([{ incompatibilities: [expect.stringContaining('other')] }])
    await expect(bring(incompatible)).rejects.toThrow(
      `schema ${subject} is not BACKWARD compatible with version 1`,
    )
    expect((await registry.latest(subject))?.version).toBe(1)
  })

  test('an undeclared subject is deleted only if allowed', async () => {
    const stray = record(unique('stray'), 'Stray')
    await bring(stray)
    expect((await plan()).undeclared).toContain(stray.subject)
    const deleting = await planSchemas([], registry, { allowDelete: true })
    const change = deleting.changes.find((one) => one.kind === 'delete' && one.subject === stray.subject)
    expect(change).toBeDefined()
    if (change) await applySchemaChange(registry, [], change)
    expect(await registry.subjects()).not.toContain(stray.subject)
  })

  test('a subject with a schema of another type is reported as incompatible', async () => {
    const name = unique('Kind').replace('-', '')
    const part = record(unique('part'), name)
    const union = avro(unique('union'), [`test.${name}`], [{ name: `test.${name}`, subject: part.subject }])
    await bring(part, { ...union, type: 'JSON', text: draft7(), references: [] })
    const { changes } = await plan(part, union)
    expect(changes).toMatchObject([{ incompatibilities: [expect.stringContaining('it is a JSON schema')] }])
  })
})

describe('schema id of a record', () => {
  const number = avroTypeOf(avro('number', 'long'))

  /** Registers a text unchanged, as any client may, and returns its id. */
  async function idOf(schema: string, schemaType = 'AVRO'): Promise<number> {
    const response = await fetch(`${testProfile().registry.url}/subjects/${unique('any')}/versions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ schema, schemaType }),
    })
    return ((await response.json()) as { id: number }).id
  }

  async function decode(id: number): Promise<unknown> {
    const value = Buffer.from([0, 0, 0, 0, 0, 42])
    value.writeInt32BE(id, 1)
    const [decoded] = await new AvroDecoder(number, registry).decodeAll([value])
    return decoded
  }

  test.each([
    ['a default beyond what avsc reads', 'AVRO', largeDefault(), 'cannot be read: '],
    ['JSON', 'JSON', draft7(), 'it is a JSON schema, not an Avro schema'],
    ['a draft of JSON Schema that ajv lacks', 'JSON', draft2020(), 'it is a JSON schema, not an Avro schema'],
    ['Protobuf', 'PROTOBUF', 'syntax = "proto3"; message A { int32 a = 1; }', 'it is a PROTOBUF schema'],
  ])('a schema with %s makes the record INCOMPATIBLE_SCHEMA', async (_, type, text, reason) => {
    const id = await idOf(text, type)
    const decoded = await decode(id)
    expect(decoded).toMatchObject({ name: 'PayloadError', code: 'INCOMPATIBLE_SCHEMA' })
    expect((decoded as Error).message).toContain(`schema ${id} cannot be read: `)
    expect((decoded as Error).message).toContain(reason)
  })

  test.each([987_654, 0, -5, 2_147_483_647])('the unregistered id %i is UNKNOWN_SCHEMA', async (id) => {
    expect(await decode(id)).toMatchObject({ name: 'PayloadError', code: 'UNKNOWN_SCHEMA' })
  })
})

function largeDefault(): string {
  return '{"type":"record","name":"Large","fields":[{"name":"a","type":"long","default":9223372036854775807}]}'
}

function draft7(): string {
  return '{"$schema":"http://json-schema.org/draft-07/schema#","type":"object"}'
}

function draft2020(): string {
  return '{"$schema":"https://json-schema.org/draft/2020-12/schema","type":"string","format":"nobody-knows"}'
}
