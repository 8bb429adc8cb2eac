import avro, { type Type } from 'avsc'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { GameEvent } from '../../catalog/events.ts'
import { schemaOf } from '../../catalog/schemas.ts'
import { AvroEncoder } from './avro-encoder.ts'
import { avroTypeOf } from './avro-type.ts'

interface Note {
  readonly text: string
}

const noteType: Type = avro.Type.forSchema({
  type: 'record',
  name: 'Note',
  fields: [{ name: 'text', type: 'string' }],
})

describe('AvroEncoder', () => {
  test('a value is Confluent’s header followed by the bytes of Avro’s specification', () => {
    const encoder = new AvroEncoder<GameEvent>(avroTypeOf(schemaOf('game-events-value')), 258)
    const value = encoder.encode({
      'playstream.PlayerHealth': { player_id: 'ab', health: 100, timestamp: 64 },
    })
    // Magic byte, id; first branch; length 2 and 'ab'; 100 and 64, zigzag-encoded in two bytes each.
    expect([...value]).toEqual([0, 0, 0, 1, 2, 0, 4, 0x61, 0x62, 0xc8, 0x01, 0x80, 0x01])
  })

  test('later values do not overwrite earlier values, across slabs', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 60_000 }), { minLength: 10, maxLength: 40 }), (lengths) => {
        const encoder = new AvroEncoder<Note>(noteType, 7)
        const texts = lengths.map((length, index) => String.fromCharCode(97 + (index % 26)).repeat(length))
        const values = texts.map((text) => encoder.encode({ text }))
        const read = values.map((value) => noteType.fromBuffer(value.subarray(5)).text)
        expect(read).toEqual(texts)
      }),
      { numRuns: 30 },
    )
  })

  test('a value is whole wherever the slab before it ends', () => {
    // The first value leaves from a few bytes of the 256 KiB slab down to none.
    for (let length = 262_100; length <= 262_150; length += 1) {
      const encoder = new AvroEncoder<Note>(noteType, 7)
      const first = encoder.encode({ text: 'a'.repeat(length) })
      const second = encoder.encode({ text: 'second' })
      expect(noteType.fromBuffer(first.subarray(5)).text).toHaveLength(length)
      expect(noteType.fromBuffer(second.subarray(5))).toEqual({ text: 'second' })
    }
  })

  test('a value larger than a slab is written whole, and so is the next value', () => {
    const encoder = new AvroEncoder<Note>(noteType, 7)
    const text = 'x'.repeat(3 * 1024 * 1024)
    const large = encoder.encode({ text })
    const after = encoder.encode({ text: 'after' })
    expect(large.readInt32BE(1)).toBe(7)
    expect(noteType.fromBuffer(large.subarray(5)).text === text).toBe(true)
    expect(noteType.fromBuffer(after.subarray(5))).toEqual({ text: 'after' })
  })

  test('a value that does not match the schema throws, and the next value is unaffected', () => {
    const encoder = new AvroEncoder<unknown>(noteType, 7)
    const before = encoder.encode({ text: 'before' })
    expect(() => encoder.encode({ text: 17 })).toThrow()
    const after = encoder.encode({ text: 'after' })
    expect(noteType.fromBuffer(before.subarray(5))).toEqual({ text: 'before' })
    expect(noteType.fromBuffer(after.subarray(5))).toEqual({ text: 'after' })
  })

  test('a union value without a branch name throws', () => {
    const encoder = new AvroEncoder<unknown>(avroTypeOf(schemaOf('game-events-value')), 1)
    expect(() => encoder.encode({ player_id: 'ab', health: 1, timestamp: 1 })).toThrow()
  })
})
