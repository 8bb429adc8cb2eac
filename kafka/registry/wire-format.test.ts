import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { PayloadError } from '../errors.ts'
import { readSchemaId, writeHeader } from './wire-format.ts'

function codeOf(value: Buffer | null): string {
  try {
    readSchemaId(value)
  } catch (error) {
    if (error instanceof PayloadError) return error.code
    throw error
  }
  return 'none'
}

describe('wire format', () => {
  test('the header is a zero byte and the id in big-endian order', () => {
    const target = Buffer.alloc(7, 0xee)
    writeHeader(target, 1, 0x0102_03f4)
    expect(target).toEqual(Buffer.from([0xee, 0, 1, 2, 3, 0xf4, 0xee]))
  })

  test('every id from 0 to 2^31 - 1 is read back', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 31 - 1 }),
        fc.nat(100),
        fc.uint8Array(),
        (id, offset, rest) => {
          const target = Buffer.concat([Buffer.alloc(offset + 5), rest])
          writeHeader(target, offset, id)
          expect(readSchemaId(target.subarray(offset))).toBe(id)
        },
      ),
    )
  })

  test('a record without a value is EMPTY', () => {
    expect(codeOf(null)).toBe('EMPTY')
  })

  test.each([0, 1, 4])('a value of %i bytes is NOT_WIRE_FORMAT', (length) => {
    expect(codeOf(Buffer.alloc(length))).toBe('NOT_WIRE_FORMAT')
  })

  test('a value of five bytes has a schema id', () => {
    expect(codeOf(Buffer.alloc(5))).toBe('none')
  })

  test('a value that begins with another byte is NOT_WIRE_FORMAT, and the error names the byte', () => {
    expect(codeOf(Buffer.from('{"id":1}'))).toBe('NOT_WIRE_FORMAT')
    expect(() => readSchemaId(Buffer.from('{"id":1}'))).toThrow(/123/)
  })
})
