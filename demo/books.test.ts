import { describe, expect, test } from 'vitest'
import { OrderCheck } from '../observability/order-check.ts'
import { balance } from './books.ts'

const game = { run: 'g', sent: 3, acknowledged: 3, failures: 0, seconds: 1, byType: {} }
const byKind = { unique: 10, duplicate: 4, lateDuplicate: 2, malformed: 1 }
const transactions = { run: 't', sent: 17, acknowledged: 17, failures: 0, seconds: 1, byKind }
const held = { records: 17, unique: 10, duplicates: 6, malformed: 1 }

function watched(...sequences: number[]) {
  const order = new OrderCheck()
  for (const sequence of sequences) order.observe('g', 'anna', sequence)
  return { events: sequences.length, undecodable: 0, order }
}

describe('the books', () => {
  test('balance where the topics hold exactly what was acknowledged', () => {
    expect(balance(game, transactions, watched(1, 2, 3), held)).toEqual({
      produced: {
        gameEvents: 3,
        transactions: 17,
        uniqueTransactions: 10,
        duplicateTransactions: 6,
        malformedTransactions: 1,
      },
      consumed: { gameEvents: 3, playersSeen: 1, orderViolations: 0 },
      ok: true,
      problems: [],
    })
  })

  test.each([
    ['a game event was lost', { watch: watched(1, 2) }, ['game events', '3', '2']],
    ['a game event came from nowhere', { watch: watched(1, 2, 3, 4) }, ['game events', '3', '4']],
    ['a transaction was lost', { held: { ...held, records: 16 } }, ['transactions', '17', '16']],
    ['two ids became one', { held: { ...held, unique: 9 } }, ['unique', '10', '9']],
    ['a duplicate is missing', { held: { ...held, duplicates: 5 } }, ['duplicate', '6', '5']],
    ['a good record became malformed', { held: { ...held, malformed: 2 } }, ['malformed', '1', '2']],
    ['an event cannot be decoded', { watch: { ...watched(1, 2, 3), undecodable: 7 } }, ['decoded', '7']],
    ['an event is out of order', { watch: watched(1, 3, 3) }, ['order', '1']],
    ['a sequence has a gap', { watch: watched(1, 2, 4) }, ['missing', '1']],
  ])('do not balance where %s, and say so with the numbers', (_, change, said) => {
    const { watch, held: count } = { watch: watched(1, 2, 3), held, ...change }
    const { ok, problems } = balance(game, transactions, watch, count)
    expect(ok).toBe(false)
    for (const part of said) expect(problems.join('\n')).toContain(part)
  })

  test('name one problem for one fault', () => {
    expect(balance(game, transactions, watched(1, 2), held).problems).toHaveLength(1)
  })

  test('name every problem, not only the first', () => {
    const nothing = { records: 0, unique: 0, duplicates: 0, malformed: 0 }
    const { problems } = balance(game, transactions, watched(), nothing)
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'game events',
      'transactions',
      'unique transactions',
      'duplicate transactions',
      'malformed transactions',
    ])
  })

  test('do not balance where a producer failed, and say how many records are uncertain', () => {
    const failed = { ...game, sent: 8, error: new Error('the broker went away') }
    const { ok, problems } = balance(failed, transactions, watched(1, 2, 3), held)
    expect(ok).toBe(false)
    expect(problems).toEqual([expect.stringMatching(/game producer.*the broker went away.*\b5 records/)])
  })

  test('say which producer failed', () => {
    const failed = { ...transactions, error: new Error('refused') }
    const { problems } = balance(game, failed, watched(1, 2, 3), held)
    expect(problems).toEqual([expect.stringMatching(/transaction producer.*refused/)])
  })
})
