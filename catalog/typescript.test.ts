import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { deriveTypes } from './typescript.ts'

test('events.ts is what the schemas say', async () => {
  const written = readFileSync(new URL('events.ts', import.meta.url), 'utf8')
  expect(written, 'catalog/events.ts is out of date: run `npm run types`').toBe(await deriveTypes())
})

describe('a type derived from Avro', () => {
  afterEach(() => {
    vi.doUnmock('./schemas.ts')
    vi.resetModules()
  })

  /** What is derived where the catalog's only event is a record with these fields. */
  async function derivedFrom(fields: readonly object[], doc?: string): Promise<string> {
    const text = JSON.stringify({ type: 'record', name: 'Chat', namespace: 'playstream', doc, fields })
    const chat = { subject: 'chat', type: 'AVRO', text, references: [], compatibility: 'BACKWARD' }
    vi.resetModules()
    vi.doMock('./schemas.ts', async (original) => ({
      ...(await original<typeof import('./schemas.ts')>()),
      gameEventTypes: ['chat'],
      schemaOf: () => chat,
      schemas: [chat],
    }))
    const derived = await import('./typescript.ts')
    return derived.deriveTypes()
  }

  test.each([
    ['a long is a number', 'long', 'number'],
    ['bytes are a buffer', 'bytes', 'Buffer'],
    ['a logical type is what it is stored as', { type: 'int', logicalType: 'date' }, 'number'],
    ['an array cannot be written to', { type: 'array', items: 'string' }, 'readonly (string)[]'],
    [
      'an array of arrays keeps its depth',
      { type: 'array', items: { type: 'array', items: 'int' } },
      'readonly (readonly (number)[])[]',
    ],
    ['a map is a record of its values', { type: 'map', values: 'long' }, 'Readonly<Record<string, number>>'],
    [
      'an enum is one of its symbols',
      { type: 'enum', name: 'Channel', symbols: ['TEAM', 'ALL'] },
      "'TEAM' | 'ALL'",
    ],
    ['another record is called by its short name', 'playstream.PlayerHealth', 'PlayerHealth'],
    ['a field that may be null says so', ['null', 'string'], 'null | string'],
    ['a record that may be null says so', ['null', 'playstream.PlayerHealth'], 'null | PlayerHealth'],
    [
      'a union in an array is in brackets',
      { type: 'array', items: ['null', 'string'] },
      'readonly (null | string)[]',
    ],
  ])('%s', async (_, type, expected) => {
    expect(await derivedFrom([{ name: 'it', type }])).toContain(`\n  readonly it: ${expected}\n`)
  })

  const record = { type: 'record', name: 'Place', fields: [{ name: 'x', type: 'int' }] }

  test.each([
    ['a fixed', { type: 'fixed', name: 'Hash', size: 16 }],
    ['a fixed that may be null', ['null', { type: 'fixed', name: 'Hash', size: 16 }]],
    ['a record declared inline', record],
    ['an array of records declared inline', { type: 'array', items: record }],
    ['a map of fixeds', { type: 'map', values: { type: 'fixed', name: 'Hash', size: 16 } }],
    ['a union whose values would name their branch, two numbers', ['int', 'long']],
    [
      'a union whose values would name their branch, two texts',
      ['string', { type: 'enum', name: 'Channel', symbols: ['ALL'] }],
    ],
    ['a union whose values would name their branch, two records', ['null', 'playstream.A', 'playstream.B']],
    ['a union whose values would name their branch, one record', ['playstream.A']],
    [
      'a union whose values would name their branch, a record and a map',
      ['playstream.A', { type: 'map', values: 'int' }],
    ],
  ])('%s is refused, in an error that names the field', async (_, type) => {
    await expect(derivedFrom([{ name: 'it', type }])).rejects.toThrow(/playstream\.Chat\.it\b/)
  })

  test('the schema’s documentation becomes the type’s, and cannot end the comment', async () => {
    const source = await derivedFrom(
      [{ name: 'text', type: 'string', doc: 'As typed: a*/b.' }],
      'A player speaks.',
    )
    expect(source).toContain('/** A player speaks. */\nexport interface Chat {')
    expect(source).toContain('/** As typed: a*\\/b. */')
  })

  test('the union names each branch by the record’s full name', async () => {
    expect(await derivedFrom([{ name: 'text', type: 'string' }])).toContain(
      "export type GameEvent =\n  | { readonly 'playstream.Chat': Chat }\n",
    )
  })
})
