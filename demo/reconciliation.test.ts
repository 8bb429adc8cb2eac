import { describe, expect, test } from 'vitest'
import { OrderCheck } from './order-check.ts'
import { reconcile } from './reconciliation.ts'
import { TransactionLedger } from './transaction-ledger.ts'

const game = { run: 'g', sent: 3, acknowledged: 3, failures: 0, seconds: 1, byType: {} }
const byKind = { unique: 10, duplicate: 4, lateDuplicate: 2, malformed: 1 }
const transactions = { run: 't', sent: 17, acknowledged: 17, failures: 0, seconds: 1, byKind }
const IDS = Array.from({ length: 10 }, (_, index) => `id-${index}`)
const GARBAGE = Buffer.from('garbage')

interface Change {
  /** Contents of `transactions`. */
  readonly ids?: readonly string[]
  readonly copies?: number
  readonly malformed?: number
  /** Contents of the output topics. */
  readonly passed?: readonly string[]
  readonly suppressed?: number
  readonly deadLetters?: readonly Buffer[]
}

/** A ledger whose transactions and outputs match, except for the changes. */
function read(change: Change = {}): TransactionLedger {
  const {
    ids = IDS,
    copies = 6,
    malformed = 1,
    passed = IDS,
    suppressed = 6,
    deadLetters = [GARBAGE],
  } = change
  const ledger = new TransactionLedger()
  for (const id of ids) ledger.send(id, Buffer.from(id))
  for (let copy = 0; copy < copies; copy += 1) ledger.send(ids[copy] ?? 'id-0', Buffer.from('copy'))
  for (let record = 0; record < malformed; record += 1) ledger.send(undefined, GARBAGE)
  for (const id of passed) ledger.pass(id)
  for (let copy = 0; copy < suppressed; copy += 1) ledger.suppress()
  for (const value of deadLetters) ledger.setAside(value)
  return ledger
}

/** Results of shipping and detection that match, except for the changes. */
function observed(change: { lost?: number; problems?: readonly string[] } = {}) {
  const { lost = 0, problems = [] } = change
  return {
    logs: { lines: 20, shipped: 20 - lost, lost },
    ssh: { planted: 2, detected: 2, missed: 0, falseAlarms: problems.length, problems },
  }
}

function watched(...sequences: number[]) {
  const order = new OrderCheck()
  for (const sequence of sequences) order.observe('g', 'anna', sequence)
  return { events: sequences.length, undecodable: 0, order }
}

describe('reconciliation', () => {
  test('succeeds when the topics hold exactly what was acknowledged', () => {
    expect(reconcile(game, transactions, watched(1, 2, 3), read(), observed())).toEqual({
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
    ['a transaction was lost', { ledger: read({ copies: 5 }) }, ['transactions', '17', '16']],
    ['two ids became one', { ledger: read({ ids: IDS.slice(1), copies: 7 }) }, ['unique', '10', '9']],
    [
      'a unique transaction is missing',
      { ledger: read({ passed: IDS.filter((id) => id !== 'id-3') }) },
      ['missing', '1'],
    ],
    ['an id passed twice', { ledger: read({ passed: [...IDS, 'id-3'] }) }, ['more than once', '1']],
    ['an unsent id passed', { ledger: read({ passed: [...IDS, 'new'] }) }, ['more than once', '1']],
    ['a duplicate was not reported', { ledger: read({ suppressed: 5 }) }, ['suppressed', '6', '5']],
    [
      'a dead-letter record was changed',
      { ledger: read({ deadLetters: [Buffer.from('other')] }) },
      ['identical', '1'],
    ],
    [
      'a dead-letter record appeared twice',
      { ledger: read({ deadLetters: [GARBAGE, GARBAGE] }) },
      ['dead-letter records', '1', '2'],
    ],
    [
      'a good record became malformed',
      { ledger: read({ copies: 5, malformed: 2 }) },
      ['malformed', '1', '2'],
    ],
    ['an event cannot be decoded', { watch: { ...watched(1, 2, 3), undecodable: 7 } }, ['decoded', '7']],
    ['an event is out of order', { watch: watched(1, 3, 3) }, ['order', '1']],
    ['a sequence has a gap', { watch: watched(1, 2, 4) }, ['missing', '1']],
    ['a log line was lost', { logs: observed({ lost: 3 }) }, ['lost', '3']],
    ['a false alarm was raised', { logs: observed({ problems: ['not planted: x'] }) }, ['not planted: x']],
  ])('fails when %s, and reports the counts', (_, change, parts) => {
    const { watch, ledger, logs } = { watch: watched(1, 2, 3), ledger: read(), logs: observed(), ...change }
    const { ok, problems } = reconcile(game, transactions, watch, ledger, logs)
    expect(ok).toBe(false)
    for (const part of parts) expect(problems.join('\n')).toContain(part)
  })

  test('reports one problem for one fault', () => {
    expect(reconcile(game, transactions, watched(1, 2), read(), observed()).problems).toHaveLength(1)
  })

  test('reports every problem, not only the first', () => {
    const { problems } = reconcile(game, transactions, watched(), new TransactionLedger(), observed())
    expect(problems.map((problem) => problem.split(':')[0])).toEqual([
      'game events',
      'transactions',
      'unique transactions',
      'duplicate transactions',
      'malformed transactions',
      'suppressed duplicates',
      'dead-letter records',
    ])
  })

  test('fails when a producer failed, and reports the number of uncertain records', () => {
    const failed = { ...game, sent: 8, error: new Error('the broker went away') }
    const { ok, problems } = reconcile(failed, transactions, watched(1, 2, 3), read(), observed())
    expect(ok).toBe(false)
    expect(problems).toEqual([expect.stringMatching(/game producer.*the broker went away.*\b5 records/)])
  })

  test('reports which producer failed', () => {
    const failed = { ...transactions, error: new Error('refused') }
    const { problems } = reconcile(game, failed, watched(1, 2, 3), read(), observed())
    expect(problems).toEqual([expect.stringMatching(/transaction producer.*refused/)])
  })
})
