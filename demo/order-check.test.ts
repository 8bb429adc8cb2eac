import fc from 'fast-check'
import type { IHeaders, KafkaMessage } from 'kafkajs'
import { describe, expect, test } from 'vitest'
import { headerOf, OrderCheck } from './order-check.ts'

function checked(...sequences: number[]): OrderCheck {
  const check = new OrderCheck()
  for (const sequence of sequences) check.observe('run', 'anna', sequence)
  return check
}

function message(key: string | null, headers: IHeaders = {}): KafkaMessage {
  return {
    key: key === null ? null : Buffer.from(key),
    value: null,
    timestamp: '0',
    attributes: 0,
    offset: '0',
    headers,
  }
}

describe('the order check', () => {
  test('finds no violation in a log in order', () => {
    expect(checked(1, 2, 3)).toMatchObject({ violations: 0, missing: 0, players: 1 })
  })

  test('counts an event after a later one as a violation', () => {
    expect(checked(1, 3, 2)).toMatchObject({ violations: 1 })
  })

  test('counts a repeated event as a violation', () => {
    expect(checked(1, 2, 2, 3)).toMatchObject({ violations: 1, missing: 0 })
  })

  test('counts the events in a gap as missing', () => {
    expect(checked(1, 5, 6, 8)).toMatchObject({ violations: 0, missing: 4 })
  })

  test('counts events before the first one as missing', () => {
    expect(checked(4)).toMatchObject({ violations: 0, missing: 3 })
  })

  test('does not restart after an event out of order', () => {
    expect(checked(1, 2, 3, 1, 4)).toMatchObject({ violations: 1, missing: 0 })
  })

  test('checks each player and each run separately', () => {
    const check = new OrderCheck()
    check.observe('monday', 'anna', 1)
    check.observe('monday', 'bob', 1)
    check.observe('monday', 'anna', 2)
    check.observe('tuesday', 'anna', 1)
    expect(check).toMatchObject({ violations: 0, missing: 0, players: 3 })
  })

  test('checks separately when run and player together form the same text', () => {
    const check = new OrderCheck()
    const pairs = [
      ['a', 'b/c'],
      ['a/b', 'c'],
      ['', 'a/b/c'],
      ['1:a', 'b'],
      ['1', ':ab'],
      ['11', 'a'],
      ['1', '1a'],
    ] as const
    for (const [run, player] of pairs) check.observe(run, player, 1)
    expect(check).toMatchObject({ violations: 0, missing: 0, players: pairs.length })
  })

  test('finds exactly the events that were moved back in a log', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8], { minLength: 8 }), (log) => {
        const behind = log.filter((sequence, index) =>
          log.slice(0, index).some((before) => before > sequence),
        )
        expect(checked(...log).violations).toBe(behind.length)
      }),
    )
  })
})

describe('a record', () => {
  test('is checked by its key and headers', () => {
    const check = new OrderCheck()
    for (const sequence of ['1', '2', '2', '5']) {
      check.observeMessage(message('anna', { run: Buffer.from('r1'), sequence: Buffer.from(sequence) }))
    }
    expect(check).toMatchObject({ violations: 1, missing: 2, unnumbered: 0, players: 1 })
  })

  test.each([
    ['no headers', message('anna')],
    ['no run', message('anna', { sequence: '1' })],
    ['no number', message('anna', { run: 'r1' })],
    ['no key', message(null, { run: 'r1', sequence: '1' })],
    ['a number that is none', message('anna', { run: 'r1', sequence: 'first' })],
    ['an empty number', message('anna', { run: 'r1', sequence: '' })],
    ['a number below 1', message('anna', { run: 'r1', sequence: '0' })],
    ['a number with a fraction', message('anna', { run: 'r1', sequence: '1.5' })],
    ['a number beyond counting', message('anna', { run: 'r1', sequence: '1e300' })],
  ])('with %s counts as unnumbered, not as a violation', (_, record) => {
    const check = new OrderCheck()
    check.observeMessage(record)
    expect(check).toMatchObject({ unnumbered: 1, violations: 0, missing: 0, players: 0 })
  })
})

describe('a header', () => {
  test('is undefined for a record without headers', () => {
    const { headers: _, ...record } = { ...message('anna'), size: 0 }
    expect(headerOf(record, 'run')).toBeUndefined()
  })

  test('is text, whether the client returns a buffer, a string or a list', () => {
    const record = message(null, { a: 'text', b: Buffer.from('bytes'), c: [Buffer.from('first'), 'second'] })
    expect(['a', 'b', 'c', 'd'].map((name) => headerOf(record, name))).toEqual([
      'text',
      'bytes',
      'first',
      undefined,
    ])
  })
})
