import { describe, expect, test } from 'vitest'
import { idempotencyKey, isWanted } from './alert.ts'
import { testReport } from './test-report.ts'

describe('the idempotency key', () => {
  test('names the attack, its state, attempts and kind', () => {
    expect(idempotencyKey(testReport())).toBe(
      'address%20203.0.113.9%202026-01-01T00%3A00%3A00.000Z/open/5/brute-force',
    )
  })

  test('differs where an attack turns critical without another attempt', () => {
    const grown = testReport({ state: 'grown' })
    const critical = testReport({ state: 'grown', kind: 'success-after-failures', severity: 'critical' })
    expect(idempotencyKey(grown)).not.toBe(idempotencyKey(critical))
  })

  test.each(['host \r\nX-Evil: 1', 'host \ud800', `host ${'x'.repeat(5_000)}`, 'host ünïcödé'])(
    'is a header of bounded length, whatever a host is called: %j',
    (id) => {
      expect(idempotencyKey(testReport({ id }))).toMatch(/^[!-~]{1,255}$/)
    },
  )
})

describe('what is alerted of', () => {
  const critical = { kind: 'success-after-failures', severity: 'critical' } as const

  test.each([
    ['an attack that opens', {}, true],
    ['one that grows', { state: 'grown' as const }, false],
    ['one that closes', { state: 'closed' as const }, false],
    ['one that turns critical', { state: 'grown' as const, ...critical }, true],
    ['a critical one that closes', { state: 'closed' as const, ...critical }, false],
  ])('by open and critical, %s: %s', (_, change, wanted) => {
    expect(isWanted(testReport(change), ['open', 'critical'])).toBe(wanted)
  })

  test('by critical alone are not the attacks that open', () => {
    expect(isWanted(testReport(), ['critical'])).toBe(false)
  })
})
