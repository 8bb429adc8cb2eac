import { describe, expect, test } from 'vitest'
import type { Schema } from '../../catalog/schemas.ts'
import { avroTypeOf } from './avro-type.ts'

function avro(subject: string, schema: unknown, ...references: readonly string[]): Schema {
  return {
    subject,
    type: 'AVRO',
    text: JSON.stringify(schema),
    references: references.map((name) => ({ name: `test.${name}`, subject: name })),
    compatibility: 'BACKWARD',
  }
}

function record(name: string, type: unknown, ...references: readonly string[]): Schema {
  const schema = { type: 'record', name, namespace: 'test', fields: [{ name: 'it', type }] }
  return avro(name, schema, ...references)
}

/** A value after writing and reading it with a schema of the catalog. */
function roundTrip(schema: Schema, catalog: readonly Schema[], value: unknown): unknown {
  const type = avroTypeOf(schema, catalog)
  return JSON.parse(JSON.stringify(type.fromBuffer(type.toBuffer(value))))
}

describe('union value', () => {
  test.each([
    ['a nullable string', ['null', 'string'], 'A'],
    ['a nullable string that is null', ['null', 'string'], null],
    ['one of two primitives', ['int', 'string'], 7],
    ['an array of nullable numbers', { type: 'array', items: ['null', 'int'] }, [1, null]],
    ['a union of a single primitive', ['string'], 'A'],
  ])('%s is a plain value', (_, type, it) => {
    const schema = record('Chat', type)
    expect(roundTrip(schema, [schema], { it })).toEqual({ it })
  })

  test('a nullable record is a plain value', () => {
    const [heal, chat] = [record('Heal', 'int'), record('Chat', ['null', 'test.Heal'], 'Heal')]
    expect(roundTrip(chat, [heal, chat], { it: { it: 1 } })).toEqual({ it: { it: 1 } })
  })

  test.each([
    ['several records', ['Heal', 'Hurt']],
    ['a single record', ['Heal']],
  ])('a union of %s names its branch', (_, names) => {
    const parts = names.map((name) => record(name, ['null', 'string']))
    const union = avro(
      'union',
      names.map((name) => `test.${name}`),
      ...names,
    )
    expect(roundTrip(union, [...parts, union], { 'test.Heal': { it: 'A' } })).toEqual({
      'test.Heal': { it: 'A' },
    })
    expect(() => avroTypeOf(union, [...parts, union]).toBuffer({ it: 'A' })).toThrow()
  })

  test('a union of a single inline record names its branch', () => {
    const union = avro('union', [
      { type: 'record', name: 'test.Heal', fields: [{ name: 'it', type: ['int'] }] },
    ])
    expect(roundTrip(union, [union], { 'test.Heal': { it: 1 } })).toEqual({ 'test.Heal': { it: 1 } })
  })
})
