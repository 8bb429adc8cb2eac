import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Headers, StreamRecord } from '../../kafka/protocol/record.ts'
import { deadLetter } from './dead-letter.ts'
import { UnprocessableRecord } from './processor.ts'

const ORIGIN = { topic: 'orders', processor: 'pricing', deadLetters: 'orders-dlq' }
const ERROR = new UnprocessableRecord('NO_ID', 'the order has no id')

function record(headers: Headers = []): StreamRecord {
  return {
    partition: 5,
    offset: 9_007_199_254_740_991,
    timestamp: 42,
    key: Buffer.from([0xff]),
    value: Buffer.from('{'),
    headers,
  }
}

function readable(headers: Headers): [string, string | undefined][] {
  return headers.map(([name, value]) => [String(name), value?.toString()])
}

const name = fc.oneof(
  fc.constantFrom(
    '',
    'trace',
    'dead-letter-',
    'dead-letter-topic',
    'dead-letter-message',
    'dead-letter-mine',
  ),
  fc.string(),
)
const header = fc.tuple(
  fc.oneof(
    name.map((text) => Buffer.from(text)),
    fc.uint8Array({ maxLength: 4 }).map((raw) => Buffer.from(raw)),
  ),
  fc.option(
    fc.uint8Array({ maxLength: 4 }).map((raw) => Buffer.from(raw)),
    { nil: null },
  ),
)
const headers = fc.array(header, { maxLength: 10 })

describe('a dead-letter record', () => {
  test('has the record’s key, value and time', () => {
    const input = record()
    const { key, value, timestamp, topic } = deadLetter(input, ORIGIN, ERROR)
    expect(key).toBe(input.key)
    expect(value).toBe(input.value)
    expect([topic, timestamp]).toEqual(['orders-dlq', 42])
  })

  test('has no key and no value if the record has none', () => {
    expect(deadLetter({ ...record(), key: null, value: null }, ORIGIN, ERROR)).toMatchObject({
      key: null,
      value: null,
    })
  })

  test('says after the record’s own headers where it was, which processor gave up on it, and why', () => {
    const own = [[Buffer.from('trace'), null]] as const
    expect(readable(deadLetter(record(own), ORIGIN, ERROR).headers)).toEqual([
      ['trace', undefined],
      ['dead-letter-topic', 'orders'],
      ['dead-letter-partition', '5'],
      ['dead-letter-offset', '9007199254740991'],
      ['dead-letter-processor', 'pricing'],
      ['dead-letter-error', 'NO_ID'],
      ['dead-letter-message', 'the order has no id'],
      ['dead-letter-timestamp', '42'],
    ])
  })

  test('keeps all headers of the record, and adds its own last, whatever the record’s are called', () => {
    fc.assert(
      fc.property(headers, (own) => {
        const all = deadLetter(record(own), ORIGIN, ERROR).headers
        expect(all.slice(0, own.length)).toEqual(own)
        const last = new Map(readable(all))
        expect(last.get('dead-letter-topic')).toBe('orders')
        expect(last.get('dead-letter-message')).toBe('the order has no id')
        expect(all).toHaveLength(own.length + 7)
      }),
    )
  })
})
