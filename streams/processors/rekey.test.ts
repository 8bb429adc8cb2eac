import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeRecordBatch, NO_PRODUCER } from '../../kafka/protocol/encode-batch.ts'
import type { OutputRecord } from '../../kafka/protocol/record.ts'
import { TestDriver } from '../runtime/test-driver.ts'
import { rekey } from './rekey.ts'

/** The record that a value becomes, in whatever topic. */
function rekeyed(value: Buffer | null, more: object = {}): OutputRecord {
  const driver = new TestDriver(rekey)
  driver.pipe({ value, partition: 0, ...more })
  driver.commit()
  expect(driver.output).toHaveLength(1)
  return driver.output[0] as OutputRecord
}

/** The id that a value is keyed by, or the code of its dead-letter record. */
function fate(value: Buffer | string | null): { id: string } | { code: string } {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value
  const { topic, key, value: passed, headers } = rekeyed(bytes)
  expect(passed).toBe(bytes)
  if (topic === 'transactions-by-id') return { id: String(key) }
  return { code: String(headers.find(([name]) => String(name) === 'dead-letter-error')?.[1]) }
}

/** Any character that UTF-8 can encode. */
const character = fc
  .oneof(fc.nat(0xd7ff), fc.integer({ min: 0xe000, max: 0x10ffff }))
  .map((codePoint) => String.fromCodePoint(codePoint))
const NESTED = 200_000
const id = (text: string) => ({ id: text })
const NO_ID = { code: 'NO_ID' }
const NOT_JSON = { code: 'NOT_JSON' }

describe('a transaction', () => {
  test('is keyed by its id, its value and headers unchanged, with its time in one more header', () => {
    const value = Buffer.from('{ "amount": 1.0, "id": "t-1" }')
    const headers = [[Buffer.from('trace'), Buffer.from('1')]]
    const output = rekeyed(value, { headers, timestamp: 9, key: Buffer.from('anna') })
    expect(output).toEqual({
      topic: 'transactions-by-id',
      partition: 0,
      key: Buffer.from('t-1'),
      value,
      headers: [...headers, [Buffer.from('playstream-event-time'), Buffer.from('9')]],
      timestamp: 9,
    })
    expect(output.value).toBe(value)
  })

  test.each([-1, 0, 1_795_689_837, 1_795_689_837_191_000, 2 ** 63, -(2 ** 63)])(
    'with the time %d keeps it in the header, and gets a timestamp that can be written',
    (timestamp) => {
      const { headers, timestamp: written } = rekeyed(Buffer.from('{"id":"a"}'), { timestamp })
      expect(Number(headers.at(-1)?.[1])).toBe(timestamp)
      expect(() =>
        encodeRecordBatch([{ ...rekeyed(Buffer.from('{"id":"a"}')), timestamp: written }], NO_PRODUCER),
      ).not.toThrow()
      expect(() => new Date(written).toISOString()).not.toThrow()
    },
  )

  test('goes to the partition of its id, whatever partition it came from', () => {
    const driver = new TestDriver(rekey, { partitions: 6 })
    const value = Buffer.from('{"id":"t-1"}')
    for (const partition of [0, 3, 5]) driver.pipe({ partition, value, key: Buffer.from(String(partition)) })
    driver.commit()
    expect(new Set(driver.output.map(({ partition }) => partition)).size).toBe(1)
  })

  test.each([
    ['letters of any script', '{"id":"日本-é-😀"}', id('日本-é-😀')],
    ['the same letters, escaped', '{"id":"\\u65e5\\u672c-\\u00e9-\\ud83d\\ude00"}', id('日本-é-😀')],
    ['quotes, backslashes and line ends', '{"id":"\\"\\\\\\n\\/"}', id('"\\\n/')],
    ['a zero character', '{"id":"\\u0000"}', id('\0')],
    ['blanks alone', '{"id":" "}', id(' ')],
    ['a text of digits', '{"id":"0017"}', id('0017')],
    ['an escaped name of the field', '{"\\u0069d":"a"}', id('a')],
    ['the id twice: the last wins, as in most readers', '{"id":"a","id":"b"}', id('b')],
    ['white space around', '\r\n\t {"id":"a"}\n ', id('a')],
    ['a byte order mark', '\ufeff{"id":"a"}', id('a')],
    ['another id inside', '{"of":{"id":"b"},"id":"a"}', id('a')],
    ['very deep nesting', `{"id":"a","x":${'['.repeat(NESTED)}${']'.repeat(NESTED)}}`, id('a')],
    ['the id twice, the last of which is none', '{"id":"a","id":null}', NO_ID],
    ['a number as id', '{"id":17}', NO_ID],
    ['null as id', '{"id":null}', NO_ID],
    ['an empty id', '{"id":""}', NO_ID],
    ['false as id', '{"id":false}', NO_ID],
    ['an object as id', '{"id":{"id":"a"}}', NO_ID],
    ['a list as id', '{"id":["a"]}', NO_ID],
    ['half a surrogate pair in the id', '{"id":"a\\ud800"}', NO_ID],
    ['the halves in the wrong order', '{"id":"\\ude00\\ud83d"}', NO_ID],
    ['the name in capitals', '{"ID":"a"}', NO_ID],
    ['an id on a prototype', '{"__proto__":{"id":"a"}}', NO_ID],
    ['no field at all', '{}', NO_ID],
    ['a list', '[{"id":"a"}]', NO_ID],
    ['a text', '"id"', NO_ID],
    ['a number', '17', NO_ID],
    ['null', 'null', NO_ID],
    ['true', 'true', NO_ID],
    ['nothing', '', NOT_JSON],
    ['blanks', '  \n', NOT_JSON],
    ['something behind it', '{"id":"a"}x', NOT_JSON],
    ['another behind it', '{"id":"a"}{"id":"a"}', NOT_JSON],
    ['a zero byte behind it', '{"id":"a"}\0', NOT_JSON],
    ['a cut-off end', '{"id":"a"', NOT_JSON],
    ['a cut-off nest', `{"id":"a","x":${'{"x":'.repeat(NESTED)}`, NOT_JSON],
    ['a comma too many', '{"id":"a",}', NOT_JSON],
    ['single quotes', "{'id':'a'}", NOT_JSON],
    ['NaN', '{"id":"a","x":NaN}', NOT_JSON],
    ['a line end inside a text', '{"id":"a\n"}', NOT_JSON],
    ['invalid UTF-8 in the id', Buffer.from('{"id":"\xff"}', 'latin1'), NOT_JSON],
    ['invalid UTF-8 elsewhere', Buffer.from('{"id":"a","x":"\xc3"}', 'latin1'), NOT_JSON],
    ['a surrogate as UTF-8', Buffer.from('{"id":"\xed\xa0\x80"}', 'latin1'), NOT_JSON],
    ['UTF-16', Buffer.from('\ufeff{"id":"a"}', 'utf16le'), NOT_JSON],
    ['no value', null, { code: 'NO_VALUE' }],
  ])('with %s', (_, value, expected) => {
    expect(fate(value)).toEqual(expected)
  })

  test('of any bytes passes or becomes a dead-letter record, and nothing else happens', () => {
    const known = ['NO_ID', 'NOT_JSON']
    const anything = fc.oneof(fc.uint8Array(), fc.json({ maxDepth: 2 }))
    fc.assert(
      fc.property(anything, (value) => {
        const result = fate(Buffer.from(value as string))
        expect('id' in result || known.includes(result.code)).toBe(true)
      }),
    )
  })

  test('is keyed by its id if the id is a text, whatever else it holds', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: character, minLength: 1 }),
        fc.jsonValue({ maxDepth: 2 }),
        (text, more) => {
          expect(fate(JSON.stringify({ more, id: text }))).toEqual({ id: text })
        },
      ),
    )
  })

  test('never has the key of a transaction with another id', () => {
    const unit = fc.constantFrom('\ud800', '\udbff', '\udc00', '\ufffd', 'a')
    const text = fc.array(unit, { minLength: 1, maxLength: 3 }).map((units) => units.join(''))
    fc.assert(
      fc.property(text, text, (one, other) => {
        const [first, second] = [one, other].map((name) => fate(`{"id":${JSON.stringify(name)}}`))
        fc.pre(one !== other && first !== undefined && 'id' in first)
        expect(second).not.toEqual(first)
      }),
    )
  })
})
