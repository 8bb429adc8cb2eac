import { readdirSync, readFileSync } from 'node:fs'
import { Ajv } from 'ajv'
import { describe, expect, test } from 'vitest'
import { type TransactionRecord, Transactions } from '../producers/transactions.ts'
import { gameEventTypes, recordName, schemaOf, schemas } from './schemas.ts'
import { topics } from './topics.ts'

interface AvroField {
  readonly name: string
  readonly type: unknown
}

const folder = new URL('schemas/', import.meta.url)
const avroFiles = readdirSync(folder).filter((file) => file.endsWith('.avsc'))

function fieldsOf(file: string): readonly AvroField[] {
  return JSON.parse(readFileSync(new URL(file, folder), 'utf8')).fields
}

describe('schemas', () => {
  test('no two schemas have the same subject', () => {
    const subjects = schemas.map(({ subject }) => subject)
    expect(subjects).toEqual([...new Set(subjects)])
  })

  test('each schema comes after the schemas it references', () => {
    const early = schemas.flatMap((schema, index) =>
      schema.references
        .filter(({ subject }) => !schemas.slice(0, index).some((before) => before.subject === subject))
        .map(({ subject }) => `${schema.subject} comes before ${subject}`),
    )
    expect(early).toEqual([])
  })

  test('a reference’s name is the full name of the record that its subject defines', () => {
    const wrong = schemas
      .flatMap(({ references }) => references)
      .filter(({ name, subject }) => recordName(schemaOf(subject)) !== name)
    expect(wrong).toEqual([])
  })

  test('each schema is the value of a topic, or referenced by such a schema', () => {
    const used = new Set(topics.map(({ value }) => ('subject' in value ? value.subject : undefined)))
    for (const { subject, references } of schemas) {
      if (used.has(subject)) for (const reference of references) used.add(reference.subject)
    }
    expect(schemas.map(({ subject }) => subject).filter((subject) => !used.has(subject))).toEqual([])
  })

  test('an unknown subject throws an error that says where to declare it', () => {
    expect(() => schemaOf('player-mood')).toThrow(/'player-mood'.*catalog\/schemas\.ts/)
  })
})

describe('game events', () => {
  test('every .avsc file is an event type, and every event type has a file', () => {
    expect([...gameEventTypes].map((name) => `${name}.avsc`).sort()).toEqual(avroFiles.sort())
  })

  test('game-events is a union of exactly the event types', () => {
    expect(JSON.parse(schemaOf('game-events-value').text)).toEqual([
      'playstream.PlayerHealth',
      'playstream.PlayerPosition',
    ])
  })

  test.each(avroFiles)('%s has a player_id and a timestamp in milliseconds', (file) => {
    expect(fieldsOf(file)).toContainEqual({ name: 'player_id', type: 'string' })
    const timestamp = fieldsOf(file).find(({ name }) => name === 'timestamp')
    expect(timestamp?.type).toEqual({ type: 'long', logicalType: 'timestamp-millis' })
  })
})

describe('transaction schema', () => {
  const validate = new Ajv().compile(JSON.parse(schemaOf('transactions-value').text))
  const source = new Transactions({
    seed: 20_260_131,
    start: Date.UTC(2026, 0, 31),
    recordsPerSecond: 50,
    partitions: 4,
    duplicates: 0.2,
    lateDuplicates: 0.1,
    malformed: 0.2,
  })
  const records = Array.from({ length: 5_000 }, () => source.next())
  const parsed = ({ value }: TransactionRecord) => JSON.parse(value?.toString() ?? '')

  test('the schema accepts every well-formed transaction of the producer', () => {
    const refused = records
      .filter(({ kind }) => kind !== 'malformed')
      .map(parsed)
      .filter((transaction) => !validate(transaction))
    expect(refused, JSON.stringify(validate.errors)).toEqual([])
  })

  test('the schema rejects every malformed record that parses as JSON', () => {
    const accepted = records
      .filter(({ kind }) => kind === 'malformed')
      .filter((record) => {
        try {
          return validate(parsed(record))
        } catch {
          return false
        }
      })
    expect(accepted).toEqual([])
  })

  const good = {
    id: 'txn-1',
    user_id: 'player-7',
    txn_type: 'refund',
    txn_timestamp: 1_769_860_800_000,
    total_sales: -4.99,
    currency: 'EUR',
    items: [{ sku: 'skin-ember', quantity: 1, unit_price: 4.99 }],
  }

  test.each([
    ['an empty id', { id: '' }],
    ['a numeric id', { id: 17 }],
    ['an unknown type', { txn_type: 'gift' }],
    ['a time with a fraction', { txn_timestamp: 1.5 }],
    ['a currency in small letters', { currency: 'eur' }],
    ['no items', { items: [] }],
    ['a field that nobody declared', { coupon: 'X' }],
  ])('the schema rejects %s', (_, change) => {
    expect(validate(good)).toBe(true)
    expect(validate({ ...good, ...change })).toBe(false)
  })
})
