import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FilterError, parseExactNumbers, parseFilter } from './filter.ts'

function passes(filter: string, json: string): boolean {
  return parseFilter(filter)(parseExactNumbers(json))
}

describe('a filter', () => {
  test.each([
    ['price > 9.99', '{"price":10}', true],
    ['price > 9.99', '{"price":"10"}', false],
    ['price <= 9.99', '{"price":9.99}', true],
    ['id = t-1', '{"id":"t-1"}', true],
    ['id = "t-1"', '{"id":"t-1"}', true],
    ['id = 7', '{"id":"7"}', true],
    ['id != 7', '{"id":8}', true],
    ['users.* = root', '{"users":["bob","root"]}', true],
    ['users.1 = root', '{"users":["bob","root"]}', true],
    ['source.host = web-1', '{"source":{"host":"web-1"}}', true],
    ['"odd name".x = 1', '{"odd name":{"x":1}}', true],
    ['message ~ "failed PASSWORD"', '{"message":"Failed password for root"}', true],
    ['message ~ "a and b"', '{"message":"a and b"}', true],
    ['a = 1 and b = 2', '{"a":1,"b":2}', true],
    ['a = 1 AND b = 2', '{"a":1,"b":3}', false],
    ['note', '{"note":null}', true],
    ['note', '{}', false],
    [' ', '{}', true],
    ['note = null', '{"note":null}', true],
  ])('%s on %s is %s', (filter, json, expected) => {
    expect(passes(filter, json)).toBe(expected)
  })

  test('finds a name inside the branch of a union, with or without the name of the branch', () => {
    const event = '{"playstream.PlayerHealth":{"player_id":"p","health":7}}'
    expect(passes('health < 20', event)).toBe(true)
    expect(passes('"playstream.PlayerHealth".health < 20', event)).toBe(true)
  })

  test('compares whole numbers of 64 bits exactly', () => {
    const json = '{"n":9007199254740993}'
    expect(passes('n = 9007199254740993', json)).toBe(true)
    expect(passes('n = 9007199254740992', json)).toBe(false)
    expect(passes('n > 9007199254740992', json)).toBe(true)
  })

  test('never reads a name of the prototype', () => {
    expect(passes('constructor', '{"a":1}')).toBe(false)
    expect(passes('__proto__.x', '{"a":1}')).toBe(false)
    expect(passes('length > 0', '"text"')).toBe(false)
  })

  test.each(['> 5', 'a >', 'a = "open', 'a.. = 1', 'a b', 'x'.repeat(1_001)])('%j is refused', (text) => {
    expect(() => parseFilter(text)).toThrow(FilterError)
  })

  test('is read or refused, whatever the text, and never fails on a value', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.json(), (text, json) => {
        let filter: ReturnType<typeof parseFilter>
        try {
          filter = parseFilter(text)
        } catch (error) {
          expect(error).toBeInstanceOf(FilterError)
          return
        }
        expect(typeof filter(parseExactNumbers(json))).toBe('boolean')
      }),
    )
  })

  test('equal to a value finds that value, whatever it is', () => {
    const scalar = fc.oneof(
      fc.string(),
      fc.integer(),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.boolean(),
    )
    fc.assert(
      fc.property(scalar, (value) => {
        const json = JSON.stringify({ value })
        expect(passes(`value = ${JSON.stringify(value)}`, json)).toBe(true)
      }),
    )
  })
})
