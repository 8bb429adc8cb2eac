import { describe, expect, test } from 'vitest'
import { idempotencyKey, isWanted } from './alert.ts'
import { testReport } from './test-report.ts'

describe('the idempotency key', () => {
  test('consists of the attack’s id, state, attempts and kind', () => {
    expect(idempotencyKey(testReport())).toBe(
      'address%20203.0.113.9%202026-01-01T00%3A00%3A00.000Z/open/5/brute-force',
    )
  })

  test('changes when an attack turns critical without another attempt', () => {
    const grown = testReport({ state: 'grown' })
    const critical = testReport({ state: 'grown', kind: 'success-after-failures', severity: 'critical' })
    expect(idempotencyKey(grown)).not.toBe(idempotencyKey(critical))
  })

  test.each(['host \r\nX-Evil: 1', 'host \ud800', `host ${'x'.repeat(5_000)}`, 'host ünïcödé'])(
    'is a valid header of bounded length for the attack id %j',
    (id) => {
      expect(idempotencyKey(testReport({ id }))).toMatch(/^[!-~]{1,255}$/)
    },
  )
})

describe('the causes of alerts', () => {
  const critical = { kind: 'success-after-failures', severity: 'critical' } as const

  test.each([
    ['an attack that opens', {}, true],
    ['an attack that grows', { state: 'grown' as const }, false],
    ['an attack that closes', { state: 'closed' as const }, false],
    ['an attack that turns critical', { state: 'grown' as const, ...critical }, true],
    ['a critical attack that closes', { state: 'closed' as const, ...critical }, false],
  ])('open and critical: %s causes an alert: %s', (_, change, wanted) => {
    expect(isWanted(testReport(change), ['open', 'critical'])).toBe(wanted)
  })

  test('critical alone: an attack that opens causes no alert', () => {
    expect(isWanted(testReport(), ['critical'])).toBe(false)
  })
})
