import { expect, test } from 'vitest'
import { testReport } from '../../alerts/test-report.ts'
import { AttackSummarizer } from './attack-summary.ts'

const HOUR_MS = 60 * 60_000
const NOON = Date.parse('2026-01-01T12:00:00Z')

const at = (ms: number) => new Date(NOON + ms).toISOString()

function summarizer(change: { since?: number; top?: number } = {}) {
  return new AttackSummarizer({ since: NOON, top: 10, ...change })
}

function counted(key: string, attempts: number, last = NOON) {
  return { scope: 'address' as const, key, failures: attempts, attempts, successes: 0, first: NOON, last }
}

test('an attack has the values of its last report, and is open until a report closes it', () => {
  const all = summarizer()
  all.addAttack(testReport({ id: 'a', last: at(0) }))
  all.addAttack(testReport({ id: 'a', state: 'grown', attempts: 10, last: at(1) }))
  expect(all.summary().open).toMatchObject([{ id: 'a', attempts: 10 }])
  all.addAttack(testReport({ id: 'a', state: 'closed', attempts: 12, last: at(2) }))
  expect(all.summary()).toMatchObject({ open: [], attacks: { byAddress: 1, byHost: 0, critical: 0 } })
})

test('the timeline counts each attempt once, in the hour of the report that added it', () => {
  const all = summarizer()
  all.addAttack(testReport({ id: 'a', attempts: 5, last: at(0) }))
  all.addAttack(testReport({ id: 'a', state: 'grown', attempts: 12, last: at(HOUR_MS) }))
  all.addAttack(testReport({ id: 'a', state: 'closed', attempts: 12, last: at(HOUR_MS) }))
  all.addAttack(testReport({ id: 'b', attempts: 6, last: at(HOUR_MS + 1) }))
  all.addAttack(testReport({ id: 'h', scope: 'host', attempts: 50, last: at(HOUR_MS + 1) }))
  expect(all.summary().timeline).toEqual([
    { hour: at(0), attempts: 5 },
    { hour: at(HOUR_MS), attempts: 13 },
  ])
})

test('attacks and counts from before --since are omitted, and later growth counts without the attempts before it', () => {
  const all = summarizer()
  all.addAttack(testReport({ id: 'old', last: at(-1) }))
  all.addAttack(testReport({ id: 'a', attempts: 5, last: at(-1) }))
  all.addAttack(testReport({ id: 'a', state: 'grown', attempts: 10, last: at(0) }))
  all.addCount(counted('203.0.113.1', 9, NOON - 1))
  all.addCount(counted('203.0.113.2', 5))
  const { attacks, addresses, timeline } = all.summary()
  expect(attacks.byAddress).toBe(1)
  expect(addresses.map(({ name }) => name)).toEqual(['203.0.113.2'])
  expect(timeline).toEqual([{ hour: at(0), attempts: 5 }])
})

test('the largest come first, critical attacks before all others, and at most as many as requested', () => {
  const all = summarizer({ top: 2 })
  for (const [key, attempts] of [
    ['a', 3],
    ['b', 30],
    ['c', 20],
    ['a', 40],
  ] as const)
    all.addCount(counted(key, attempts))
  all.addAttack(testReport({ id: '1', users: ['root', 'bob'], attempts: 100, addresses: ['b'], last: at(0) }))
  all.addAttack(testReport({ id: '2', users: ['root', 'eve'], severity: 'critical', last: at(0) }))
  all.addAttack(testReport({ id: '3', users: ['root', 'eve'], attempts: 7, last: at(0) }))
  const { addresses, users, open } = all.summary()
  expect(addresses.map(({ name, attempts, attacks }) => [name, attempts, attacks])).toEqual([
    ['a', 40, 0],
    ['b', 30, 1],
  ])
  expect(users).toEqual([
    { name: 'root', attacks: 3 },
    { name: 'eve', attacks: 2 },
  ])
  expect(open.map(({ id }) => id)).toEqual(['2', '1'])
})
