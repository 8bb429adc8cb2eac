import type { KafkaMessage } from 'kafkajs'
import { describe, expect, test } from 'vitest'
import { deadLetter } from '../../streams/runtime/dead-letter.ts'
import { UnprocessableRecord } from '../../streams/runtime/processor.ts'
import { deadLetterOf, replayed } from './dead-letter.ts'

function message(change: Partial<KafkaMessage> = {}): KafkaMessage {
  return {
    key: Buffer.from('k'),
    value: Buffer.from('v'),
    timestamp: '1700000000000',
    attributes: 0,
    offset: '7',
    headers: {},
    ...change,
  } as KafkaMessage
}

/** The headers of a dead-letter record from a partition of `transactions`. */
function from(partition: string, offset = '42'): Record<string, Buffer> {
  const said = { topic: 'transactions', partition, offset }
  return Object.fromEntries(
    Object.entries(said).map(([name, value]) => [`dead-letter-${name}`, Buffer.from(value)]),
  )
}

describe('a dead-letter record', () => {
  test('has the origin, processor and error that the task wrote', () => {
    const record = {
      partition: 3,
      offset: 4711,
      timestamp: 1_700_000_000_000,
      key: null,
      value: Buffer.from('{'),
      headers: [[Buffer.from('run'), Buffer.from('ab')]],
    } as const
    const written = deadLetter(
      record,
      { topic: 'transactions', processor: 'transactions-rekey', deadLetters: 'transactions-dlq' },
      new UnprocessableRecord('NOT_JSON', 'no JSON'),
    )
    const headers = Object.fromEntries(written.headers.map(([name, value]) => [String(name), value]))
    const letter = deadLetterOf(0, message({ ...written, timestamp: '1700000000000', headers } as never))
    expect(letter).toEqual({
      partition: 0,
      offset: 7,
      timestamp: 1_700_000_000_000,
      key: null,
      value: record.value,
      headers: [['run', Buffer.from('ab')]],
      origin: { topic: 'transactions', partition: 3, offset: 4711 },
      processor: 'transactions-rekey',
      error: 'NOT_JSON',
      message: 'no JSON',
      replayOf: undefined,
    })
  })

  test('takes its origin from the last header, even if the original record had a header of the same name', () => {
    const headers = { ...from('1'), 'dead-letter-topic': [Buffer.from('logs'), Buffer.from('transactions')] }
    expect(deadLetterOf(0, message({ headers })).origin?.topic).toBe('transactions')
  })

  test.each([
    {},
    { ...from('1'), 'dead-letter-partition': Buffer.from('-1') },
    { ...from('1'), 'dead-letter-offset': Buffer.from('1e3') },
    { ...from('1'), 'dead-letter-offset': Buffer.from('99999999999999999999') },
  ])('without a place in its headers comes from nowhere: %o', (headers) => {
    expect(deadLetterOf(0, message({ headers })).origin).toBeUndefined()
  })
})

test('headers with the names of object properties are read like others', () => {
  // As kafkajs delivers them.
  const headers = { constructor: [Object, Buffer.from('x')], valueOf: [Object.prototype.valueOf, null] }
  expect(deadLetterOf(0, message({ headers: headers as never })).headers).toEqual([
    ['constructor', Buffer.from('x')],
    ['valueOf', null],
  ])
})

describe('a replayed record', () => {
  test('is the original with a mark, in its original partition', () => {
    const headers = { ...from('3'), run: Buffer.from('ab'), tag: [Buffer.from('1'), Buffer.from('2')] }
    expect(replayed(deadLetterOf(0, message({ headers })), 6)).toEqual({
      key: Buffer.from('k'),
      value: Buffer.from('v'),
      timestamp: '1700000000000',
      partition: 3,
      headers: {
        run: [Buffer.from('ab')],
        tag: [Buffer.from('1'), Buffer.from('2')],
        'dead-letter-replay': [Buffer.from('0/7')],
      },
    })
  })

  test('that is replayed a second time has only the second mark', () => {
    const headers = { ...from('3'), 'dead-letter-replay': Buffer.from('0/5') }
    const letter = deadLetterOf(0, message({ headers }))
    expect(letter.replayOf).toBe('0/5')
    expect(replayed(letter, 6).headers).toEqual({ 'dead-letter-replay': [Buffer.from('0/7')] })
  })

  test('whose partition no longer exists goes where its key or else its old partition number decides', () => {
    const keyed = deadLetterOf(0, message({ headers: from('5') }))
    expect(replayed(keyed, 3)).not.toHaveProperty('partition')
    const keyless = deadLetterOf(0, message({ headers: from('5'), key: null }))
    expect(replayed(keyless, 3).partition).toBe(2)
  })

  test('keeps a null value and an empty value', () => {
    for (const value of [null, Buffer.alloc(0)]) {
      expect(replayed(deadLetterOf(0, message({ headers: from('0'), value })), 1).value).toEqual(value)
    }
  })
})
