import { Reader, Writer } from '@platformatic/kafka'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import './varint64.ts'

describe('a 64-bit variable-length integer', () => {
  test('written by the patched client is read back as it was, over the whole range', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (value) => {
        expect(Reader.from(Writer.create().appendVarInt64(value).buffer).readVarInt64()).toBe(value)
      }),
    )
  })

  test('is the bytes of Protocol Buffers’ sint64', () => {
    const hex = (value: bigint) => Writer.create().appendVarInt64(value).buffer.toString('hex')
    expect([0n, -1n, 1n, 2147483647n, -2147483648n].map(hex)).toEqual([
      '00',
      '01',
      '02',
      'feffffff0f',
      'ffffffff0f',
    ])
    expect(hex(2n ** 63n - 1n)).toBe('feffffffffffffffff01')
    expect(hex(-(2n ** 63n))).toBe('ffffffffffffffffff01')
  })
})
