import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compactJson, exactJson, parseExactly } from './exact-json.ts'

/** Numbers that a double cannot hold, or that are printed differently from how they were written. */
const NUMBERS = [
  '12345678901234567890',
  '-9223372036854775808',
  '1.0',
  '-0',
  '-0.0',
  '1e400',
  '1E+2',
  '0.1000000000000000055511151231257827',
  '123456789012345678901234567890.000000000000000000001',
]

describe('compact JSON', () => {
  test.each(NUMBERS)('keeps the number %s', (number) => {
    expect(compactJson(` { "n" : ${number} }\n`)).toBe(`{"n":${number}}`)
  })

  test('keeps repeated names, their order, and names of object properties', () => {
    const text = '{"a":1,"a":2,"__proto__":{"x":1},"constructor":null}'
    expect(compactJson(text)).toBe(text)
  })

  test('keeps blanks, quotes and backslashes in strings', () => {
    const text = String.raw`{"a b" : "c \" d \\" , "e" : "\\\\\" "}`
    expect(compactJson(text)).toBe(String.raw`{"a b":"c \" d \\","e":"\\\\\" "}`)
  })

  test('means the same as before, and is as short as JSON.stringify’s output', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(0, 2, '\t'), (value, indent) => {
        expect(compactJson(JSON.stringify(value, null, indent))).toBe(JSON.stringify(value))
      }),
    )
  })

  test('of a million brackets, or of a string of a million characters, is unchanged', () => {
    const deep = '['.repeat(1e6) + ']'.repeat(1e6)
    expect(compactJson(deep)).toBe(deep)
    const long = `"${'\\"'.repeat(1e6)}"`
    expect(compactJson(` ${long} `)).toBe(long)
  })

  test.each(['', '{', '01', '{"a":1,}', "{'a':1}", 'NaN', '"\n"'])('refuses %j', (text) => {
    expect(() => compactJson(text)).toThrow(SyntaxError)
  })
})

describe('JSON that is parsed and written exactly', () => {
  test.each(NUMBERS)('keeps the number %s', (number) => {
    expect(exactJson(parseExactly(`[${number},{"n":${number}}]`))).toBe(`[${number},{"n":${number}}]`)
  })

  test('has plain numbers if a double holds them', () => {
    expect(parseExactly('[1,-2.5,"3",null]')).toEqual([1, -2.5, '3', null])
  })
})

describe('a value as JSON', () => {
  test.each([
    [2n ** 63n - 1n, '9223372036854775807'],
    [-(2n ** 63n), '-9223372036854775808'],
    [-0, '-0'],
    [Number.NaN, '"NaN"'],
    [Number.NEGATIVE_INFINITY, '"-Infinity"'],
    ['text', '"text"'],
  ])('%s is %s', (value, json) => {
    expect(exactJson(value)).toBe(json)
    expect(exactJson({ value: [value] })).toBe(`{"value":[${json}]}`)
  })
})
