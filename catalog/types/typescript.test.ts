import { readFileSync } from 'node:fs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { deriveTypes } from './typescript.ts'

test('events.ts is up to date with the schemas', async () => {
  const written = readFileSync(new URL('../events.ts', import.meta.url), 'utf8')
  expect(written, 'catalog/events.ts is out of date: run `npm run types`').toBe(await deriveTypes())
})

describe('types derived from Avro', () => {
  afterEach(() => {
    vi.doUnmock('../schemas.ts')
    vi.resetModules()
  })

  /** The derived source if the catalog's only event is a record with these fields. */
  async function derivedFrom(fields: readonly object[], doc?: string): Promise<string> {
    const text = JSON.stringify({ type: 'record', name: 'Chat', namespace: 'playstream', doc, fields })
    const chat = { subject: 'chat', type: 'AVRO', text, references: [], compatibility: 'BACKWARD' }
    vi.resetModules()
    vi.doMock('../schemas.ts', async (original) => ({
      ...(await original<typeof import('../schemas.ts')>()),
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
    ['a logical type has its stored type', { type: 'int', logicalType: 'date' }, 'number'],
    ['an array is read-only', { type: 'array', items: 'string' }, 'readonly (string)[]'],
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
    ['another record has its short name', 'playstream.PlayerHealth', 'PlayerHealth'],
    ['a nullable string is a union with null', ['null', 'string'], 'null | string'],
    ['a nullable record is a union with null', ['null', 'playstream.PlayerHealth'], 'null | PlayerHealth'],
    [
      'a union in an array is in parentheses',
      { type: 'array', items: ['null', 'string'] },
      'readonly (null | string)[]',
    ],
  ])('%s', async (_, type, expected) => {
    expect(await derivedFrom([{ name: 'it', type }])).toContain(`\n  readonly it: ${expected}\n`)
  })

  const record = { type: 'record', name: 'Place', fields: [{ name: 'x', type: 'int' }] }

  test.each([
    ['a fixed', { type: 'fixed', name: 'Hash', size: 16 }],
    ['a nullable fixed', ['null', { type: 'fixed', name: 'Hash', size: 16 }]],
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
  ])('%s throws an error that names the field', async (_, type) => {
    await expect(derivedFrom([{ name: 'it', type }])).rejects.toThrow(/playstream\.Chat\.it\b/)
  })

  test('a schema’s doc becomes a doc comment, and cannot end it', async () => {
    const source = await derivedFrom(
      [{ name: 'text', type: 'string', doc: 'As typed: a*/b.' }],
      'A player speaks.',
    )
    expect(source).toContain('/** A player speaks. */\nexport interface Chat {')
    expect(source).toContain('/** As typed: a*\\/b. */')
  })

  test('GameEvent names each branch by the record’s full name', async () => {
    expect(await derivedFrom([{ name: 'text', type: 'string' }])).toContain(
      "export type GameEvent =\n  | { readonly 'playstream.Chat': Chat }\n",
    )
  })
})
