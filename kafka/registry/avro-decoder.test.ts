import avro, { type Type } from 'avsc'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { GameEvent } from '../../catalog/events.ts'
import { schemaOf } from '../../catalog/schemas.ts'
import { PayloadError } from '../errors.ts'
import { AvroDecoder } from './avro-decoder.ts'
import { AvroEncoder } from './avro-encoder.ts'
import { avroTypeOf } from './avro-type.ts'

const ID = 41
const reader = avroTypeOf(schemaOf('game-events-value'))

type AvroSchema = Parameters<typeof avro.Type.forSchema>[0]

function decoderFor(writer: Type): AvroDecoder<GameEvent> {
  return new AvroDecoder<GameEvent>(reader, { avroType: async () => writer })
}

async function decode(value: Buffer | null, writer = reader): Promise<GameEvent | PayloadError | undefined> {
  return (await decoderFor(writer).decodeAll([value]))[0]
}

async function codeOf(value: Buffer | null, writer = reader): Promise<string> {
  const decoded = await decode(value, writer)
  return decoded instanceof PayloadError ? decoded.code : 'decoded'
}

function framed(body: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([0, 0, 0, 0, ID]), body])
}

const timestamp = fc.integer({ min: 0, max: 8_640_000_000_000_000 })
const double = fc.double({ noNaN: true })
const gameEvent: fc.Arbitrary<GameEvent> = fc.oneof(
  fc
    .record({
      player_id: fc.string({ unit: 'grapheme' }),
      health: fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }),
      timestamp,
    })
    .map((health) => ({ 'playstream.PlayerHealth': health })),
  fc
    .record({ player_id: fc.string({ unit: 'grapheme' }), x: double, y: double, timestamp })
    .map((position) => ({ 'playstream.PlayerPosition': position })),
)

/** Plain objects for comparison: avsc's records and branches have their own constructors. */
function plain(decoded: unknown): unknown {
  if (decoded instanceof PayloadError || typeof decoded !== 'object' || decoded === null) return decoded
  return Object.fromEntries(Object.entries(decoded).map(([name, value]) => [name, plain(value)]))
}

const health = { player_id: 'anna', health: 73, timestamp: 1_769_860_800_123 }
const healthFields = [
  { name: 'player_id', type: 'string' },
  { name: 'health', type: 'int' },
  { name: 'timestamp', type: { type: 'long', logicalType: 'timestamp-millis' } },
] as const

const healthRecord = { type: 'record', name: 'playstream.PlayerHealth', fields: healthFields }
const moodRecord = { ...healthRecord, name: 'playstream.PlayerMood' }
const positionRecord = JSON.parse(schemaOf('player-position').text)

function healthType(name: string, fields: readonly object[]): Type {
  return avro.Type.forSchema({ type: 'record', name, fields } as AvroSchema)
}

function unionType(...records: readonly object[]): Type {
  return avro.Type.forSchema(records as AvroSchema, { wrapUnions: true })
}

describe('value in the wire format', () => {
  test('events of either branch round-trip', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(gameEvent, { maxLength: 20 }), async (events) => {
        const encoder = new AvroEncoder<GameEvent>(reader, ID)
        const decoded = await decoderFor(reader).decodeAll(events.map((event) => encoder.encode(event)))
        expect(decoded.map(plain)).toEqual(events)
      }),
    )
  })

  test('a value written with the bare record schema is decoded as that branch of the union', async () => {
    const writer = healthType('playstream.PlayerHealth', healthFields)
    expect(plain(await decode(framed(writer.toBuffer(health)), writer))).toEqual({
      'playstream.PlayerHealth': health,
    })
  })

  test('a field added by the writer is dropped', async () => {
    const writer = healthType('playstream.PlayerHealth', [
      { name: 'cause', type: ['null', 'string'], default: null },
      ...healthFields,
    ])
    expect(plain(await decode(framed(writer.toBuffer({ ...health, cause: 'fall' })), writer))).toEqual({
      'playstream.PlayerHealth': health,
    })
  })

  test('a value of an older union with fewer branches is decoded', async () => {
    const writer = unionType(healthRecord)
    const value = framed(writer.toBuffer({ 'playstream.PlayerHealth': health }))
    expect(plain(await decode(value, writer))).toEqual({ 'playstream.PlayerHealth': health })
  })

  test('with a newer union, only values of its added branch are INCOMPATIBLE_SCHEMA', async () => {
    const writer = unionType(moodRecord, healthRecord)
    const known = framed(writer.toBuffer({ 'playstream.PlayerHealth': health }))
    const unknown = framed(writer.toBuffer({ 'playstream.PlayerMood': health }))
    const [first, error, last] = await decoderFor(writer).decodeAll([known, unknown, known])
    expect([first, last].map(plain)).toEqual(Array(2).fill({ 'playstream.PlayerHealth': health }))
    expect(error).toMatchObject({ name: 'PayloadError', code: 'INCOMPATIBLE_SCHEMA' })
    expect(String(error)).toMatch(/playstream\.PlayerMood.*update this consumer/)
  })

  test('with a union whose one branch lost a field, only values of that branch are INCOMPATIBLE_SCHEMA', async () => {
    const writer = unionType({ ...healthRecord, fields: healthFields.slice(0, 2) }, positionRecord)
    const position = { player_id: 'anna', x: 1.5, y: 2.5, timestamp: 7 }
    const lacking = writer.toBuffer({ 'playstream.PlayerHealth': { player_id: 'anna', health: 1 } })
    expect(await codeOf(framed(lacking), writer)).toBe('INCOMPATIBLE_SCHEMA')
    const whole = framed(writer.toBuffer({ 'playstream.PlayerPosition': position }))
    expect(plain(await decode(whole, writer))).toEqual({ 'playstream.PlayerPosition': position })
  })

  test('a string that contains U+FFFD itself is decoded', async () => {
    const event = { 'playstream.PlayerHealth': { ...health, player_id: 'a\u{FFFD}é' } }
    expect(plain(await decode(framed(reader.toBuffer(event))))).toEqual(event)
  })

  test('a record outside the reader’s union is INCOMPATIBLE_SCHEMA', async () => {
    const writer = healthType('playstream.PlayerMood', healthFields)
    expect(await codeOf(framed(writer.toBuffer(health)), writer)).toBe('INCOMPATIBLE_SCHEMA')
  })

  test('a record that lacks a field without default is INCOMPATIBLE_SCHEMA', async () => {
    const writer = healthType('playstream.PlayerHealth', healthFields.slice(0, 2))
    expect(await codeOf(framed(writer.toBuffer(health)), writer)).toBe('INCOMPATIBLE_SCHEMA')
  })
})

describe('unreadable value', () => {
  const value = new AvroEncoder<GameEvent>(reader, ID).encode({ 'playstream.PlayerHealth': health })

  test('a record without a value is EMPTY', async () => {
    expect(await codeOf(null)).toBe('EMPTY')
  })

  test.each([0, 1, 4])('a value of %i bytes is NOT_WIRE_FORMAT', async (length) => {
    expect(await codeOf(value.subarray(0, length))).toBe('NOT_WIRE_FORMAT')
  })

  test('a JSON value is NOT_WIRE_FORMAT', async () => {
    expect(await codeOf(Buffer.from(JSON.stringify(health)))).toBe('NOT_WIRE_FORMAT')
  })

  test('a value truncated at any byte is CORRUPT', async () => {
    for (let length = 5; length < value.length; length += 1) {
      expect(await codeOf(value.subarray(0, length)), `${length} of ${value.length} bytes`).toBe('CORRUPT')
    }
  })

  test('a value with trailing bytes is CORRUPT', async () => {
    expect(await codeOf(Buffer.concat([value, Buffer.from([0])]))).toBe('CORRUPT')
  })

  test.each([
    ['beyond the last', [4]],
    ['below the first', [1]],
    ['far beyond, in several bytes', [0x80, 0x80, 0x01]],
    ['beyond what JavaScript counts', [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01]],
  ])('a union index %s is CORRUPT', async (_, index) => {
    expect(await codeOf(framed(Buffer.from([...index, 0, 0, 0])))).toBe('CORRUPT')
  })

  test('an int beyond 32 bits is CORRUPT, and the error names the field', async () => {
    const body = Buffer.from([0, 0, 0x80, 0x80, 0x80, 0x80, 0x10, 0])
    expect(await codeOf(framed(body))).toBe('CORRUPT')
    expect(String(await decode(framed(body)))).toContain('health')
  })

  test.each([
    ['a byte that begins nothing', [0xff]],
    ['half a character', [0xc3]],
    ['half a surrogate pair', [0xed, 0xa0, 0x80]],
    ['a byte too many behind a true U+FFFD', [0xef, 0xbf, 0xbd, 0xff]],
  ])('a string with invalid UTF-8 is CORRUPT: %s', async (_, bytes) => {
    const text = [0x61, ...bytes, 0x62]
    expect(await codeOf(framed(Buffer.from([0, text.length * 2, ...text, 2, 2])))).toBe('CORRUPT')
  })

  test('a string with invalid UTF-8 is CORRUPT, also beside strings that contain U+FFFD', async () => {
    const pair = avro.Type.forSchema({
      type: 'record',
      name: 'Pair',
      fields: [
        { name: 'first', type: { type: 'map', values: 'string' } },
        { name: 'second', type: { type: 'array', items: 'string' } },
      ],
    })
    const decoder = new AvroDecoder(pair, { avroType: async () => pair })
    const read = async (value: object, from: string) => {
      const bytes = pair.toBuffer(value)
      bytes[bytes.indexOf(from)] = 0xff
      const [decoded] = await decoder.decodeAll([framed(bytes)])
      return decoded instanceof PayloadError ? decoded.code : 'decoded'
    }
    const fine = '\u{FFFD}'
    expect(await read({ first: { [fine]: fine }, second: [fine, '!'] }, '!')).toBe('CORRUPT')
    expect(await read({ first: { '!': fine }, second: [fine] }, '!')).toBe('CORRUPT')
    expect(await read({ first: { [fine]: '!' }, second: [] }, '!')).toBe('CORRUPT')
  })

  test('a long beyond 2^53 is CORRUPT', async () => {
    const beyond = Buffer.from([0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01])
    expect(await codeOf(framed(Buffer.concat([Buffer.from([0, 0, 0]), beyond])))).toBe('CORRUPT')
  })

  test('readable values beside unreadable values are decoded', async () => {
    const decoded = await decoderFor(reader).decodeAll([null, value, Buffer.from('?'), value])
    expect(decoded.map((one) => one instanceof PayloadError)).toEqual([true, false, true, false])
  })

  test('arbitrary bytes decode or give a PayloadError, and never throw', async () => {
    const bytes = fc.oneof(fc.uint8Array({ maxLength: 40 }), fc.uint8Array({ maxLength: 40 }).map(framed))
    await fc.assert(
      fc.asyncProperty(bytes, async (garbage) => {
        const body = Buffer.from(garbage)
        const allowed = body.length < 5 || body[0] !== 0 ? ['NOT_WIRE_FORMAT'] : ['CORRUPT', 'decoded']
        expect(allowed).toContain(await codeOf(body))
      }),
      { numRuns: 2_000 },
    )
  })
})
