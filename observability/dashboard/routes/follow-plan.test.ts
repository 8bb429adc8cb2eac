import { expect, test } from 'vitest'
import { followPlan } from './follow-plan.ts'

test('a transaction is looked for by key where the topic is keyed by id, else by a filter', () => {
  const plan = followPlan('transaction', 'txn-1')
  expect(plan).toContainEqual({ topic: 'transactions', filter: 'id = "txn-1"', contains: 'txn-1' })
  expect(plan).toContainEqual({ topic: 'transactions-dlq', filter: 'id = "txn-1"', contains: 'txn-1' })
  for (const topic of ['transactions-by-id', 'transactions-unique', 'transactions-duplicates']) {
    expect(plan).toContainEqual({ topic, key: 'txn-1' })
  }
  expect(plan.map(({ topic }) => topic)).not.toContain('game-events')
})

test('a player and an address are looked for in their own topics', () => {
  expect(followPlan('player', 'p')).toContainEqual({ topic: 'game-events', key: 'p' })
  const address = followPlan('address', '192.0.2.1')
  expect(address).toContainEqual({ topic: 'ssh-events', key: '192.0.2.1' })
  expect(address.map(({ topic }) => topic)).toEqual(expect.arrayContaining(['logs', 'ssh-attacks']))
})

test('an id that could be written with escapes is found by the decoded value alone', () => {
  const scan = followPlan('transaction', 'a"b').find(({ topic }) => topic === 'transactions')
  expect(scan).toEqual({ topic: 'transactions', filter: 'id = "a\\"b"' })
})
