import { describe, expect, test } from 'vitest'
import { OrderCheck } from '../observability/order-check.ts'
import { balance } from './books.ts'

const game = { run: 'g', sent: 3, acknowledged: 3, failures: 0, seconds: 1, byType: {} }
const byKind = { unique: 10, duplicate: 4, lateDuplicate: 2, malformed: 1 }
const transactions = { run: 't', sent: 17, acknowledged: 17, failures: 0, seconds: 1, byKind }
const ids = new Set(Array.from({ length: 10 }, (_, index) => `id-${index}`))
const held = { records: 17, ids, malformed: 1, malformedContents: new Map([['garbage', 1]]) }

/** Matching output of the de-duplication, with changes. */
function settled(
  change: { passed?: Map<string, number>; suppressed?: number; deadLetters?: Map<string, number> } = {},
) {
  const deadLetters = change.deadLetters ?? new Map([['garbage', 1]])
  const deadLettered = [...deadLetters.values()].reduce((sum, times) => sum + times, 0)
  return {
    passed: new Map([...ids].map((id) => [id, 1])),
    suppressed: 6,
    deadLettered,
    deadLetters,
    ...change,
  }
}

/** Matching results of shipping and detection, with changes. */
function observed(change: { lost?: number; problems?: readonly string[] } = {}) {
  const { lost = 0, problems = [] } = change
  return {
    logs: { lines: 20, shipped: 20 - lost, lost },
    ssh: { planted: 2, detected: 2, missed: 0, falseAlarms: problems.length, problems },
  }
}

function without(id: string): Map<string, number> {
  return new Map([...settled().passed].filter(([other]) => other !== id))
}

function watched(...sequences: number[]) {
  const order = new OrderCheck()
  for (const sequence of sequences) order.observe('g', 'anna', sequence)
  return { events: sequences.length, undecodable: 0, order }
}

describe('reconciliation', () => {
  test('balances when the topics hold exactly what was acknowledged', () => {
    expect(balance(game, transactions, watched(1, 2, 3), held, settled(), observed())).toEqual({
      produced: {
        gameEvents: 3,
        transactions: 17,
        uniqueTransactions: 10,
        duplicateTransactions: 6,
        malformedTransactions: 1,
      },
      consumed: { gameEvents: 3, playersSeen: 1, orderViolations: 0 },
      dedup: { passed: 10, suppressed: 6, deadLettered: 1, missing: 0, leaked: 0 },
      logs: { lines: 20, shipped: 20, lost: 0 },
      ssh: { planted: 2, detected: 2, missed: 0, falseAlarms: 0 },
      ok: true,
      problems: [],
    })
  })

  test.each([
    ['a game event was lost', { watch: watched(1, 2) }, ['game events', '3', '2']],
    ['an extra game event appeared', { watch: watched(1, 2, 3, 4) }, ['game events', '3', '4']],
    ['a transaction was lost', { held: { ...held, records: 16 } }, ['transactions', '17', '16']],
    ['two ids became one', { held: { ...held, ids: new Set([...ids].slice(1)) } }, ['unique', '10', '9']],
    ['a unique transaction is missing', { dedup: settled({ passed: without('id-3') }) }, ['missing', '1']],
    [
      'an id passed twice',
      { dedup: settled({ passed: without('x').set('id-3', 2) }) },
      ['more than once', '1'],
    ],
    [
      'an unsent id passed',
      { dedup: settled({ passed: without('x').set('new', 1) }) },
      ['more than once', '1'],
    ],
    ['a duplicate was not reported', { dedup: settled({ suppressed: 5 }) }, ['suppressed', '6', '5']],
    [
      'a dead-letter record was changed',
      { dedup: settled({ deadLetters: new Map([['other', 1]]) }) },
      ['as they were', '1'],
    ],
    [
      'a dead-letter record appeared twice',
      { dedup: settled({ deadLetters: new Map([['garbage', 2]]) }) },
      ['dead letters', '1', '2'],
    ],
    ['a good record became malformed', { held: { ...held, malformed: 2 } }, ['malformed', '1', '2']],
    ['an event cannot be decoded', { watch: { ...watched(1, 2, 3), undecodable: 7 } }, ['decoded', '7']],
    ['an event is out of order', { watch: watched(1, 3, 3) }, ['order', '1']],
    ['a sequence has a gap', { watch: watched(1, 2, 4) }, ['missing', '1']],
    ['a log line was lost', { logs: observed({ lost: 3 }) }, ['lost', '3']],
    ['a false alarm was raised', { logs: observed({ problems: ['not planted: x'] }) }, ['not planted: x']],
  ])('does not balance when %s, and reports it with the numbers', (_, change, said) => {
    const {
      watch,
      held: count,
      dedup,
      logs,
    } = { watch: watched(1, 2, 3), held, dedup: settled(), logs: observed(), ...change }
    const { ok, problems } = balance(game, transactions, watch, count, dedup, logs)
    expect(ok).toBe(false)
    for (const part of said) expect(problems.join('\n')).toContain(part)
  })

  test('reports one problem for one fault', () => {
    expect(balance(game, transactions, watched(1, 2), held, settled(), observed()).problems).toHaveLength(1)
  })

  test('reports every problem, not only the first', () => {
    const nothing = { records: 0, ids: new Set<string>(), malformed: 0, malformedContents: new Map() }
    const none = { passed: new Map(), suppressed: 0, deadLettered: 0, deadLetters: new Map() }
    const { problems } = balance(game, transactions, watched(), nothing, none, observed())
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'game events',
      'transactions',
      'unique transactions',
      'duplicate transactions',
      'malformed transactions',
      'suppressed duplicates',
      'dead letters',
    ])
  })

  test('does not balance when a producer failed, and reports the number of uncertain records', () => {
    const failed = { ...game, sent: 8, error: new Error('the broker went away') }
    const { ok, problems } = balance(failed, transactions, watched(1, 2, 3), held, settled(), observed())
    expect(ok).toBe(false)
    expect(problems).toEqual([expect.stringMatching(/game producer.*the broker went away.*\b5 records/)])
  })

  test('reports which producer failed', () => {
    const failed = { ...transactions, error: new Error('refused') }
    const { problems } = balance(game, failed, watched(1, 2, 3), held, settled(), observed())
    expect(problems).toEqual([expect.stringMatching(/transaction producer.*refused/)])
  })
})
