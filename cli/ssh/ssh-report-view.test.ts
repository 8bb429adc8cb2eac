import { expect, test } from 'vitest'
import { testReport } from '../../observability/alerts/test-report.ts'
import { AttackSummarizer } from '../../observability/ssh/report/attack-summary.ts'
import { attackLine } from './ssh-attack-view.ts'
import { summaryText } from './ssh-report-view.ts'

const HOSTILE = 'x\x1b[2J\u202e\n\x9b'
const TIME = '2026-01-01T00:00:04.000Z'

function summary() {
  const all = new AttackSummarizer({ since: 0, top: 10 })
  all.addAttack(testReport({ users: [HOSTILE, ''], hosts: [HOSTILE], addresses: [HOSTILE] }))
  for (const scope of ['address', 'host'] as const) {
    const at = Date.parse(TIME)
    all.addCount({ scope, key: HOSTILE, failures: 5, attempts: 1_234, successes: 0, first: at, last: at })
  }
  return all
}

test('the report shows each part as a table', () => {
  const text = summaryText(summary().summary())
  expect(text).toContain('1 attack from an address since 1970-01-01T00:00:00.000Z')
  for (const title of ['open attacks', 'worst addresses', 'hosts', 'users tried', 'attempts by hour, UTC'])
    expect(text).toContain(`\n\n${title}\n`)
  expect(text).toMatch(/1,234 +5 +0 +1 +2026-01-01T00:00:04\.000Z$/m)
  expect(text).toMatch(/^2026-01-01 00:00 +5 +#{40}$/m)
  expect(text).toMatch(/^'' +1$/m)
})

test('a report without attacks is one line', () => {
  const text = summaryText(new AttackSummarizer({ since: 0, top: 10 }).summary())
  expect(text.split('\n')).toHaveLength(1)
})

test('text that an attacker chose is safe for a terminal', () => {
  expect(summaryText(summary().summary())).not.toMatch(/(?!\n)[\p{Cc}\p{Bidi_Control}]/u)
  const line = attackLine(testReport({ users: [HOSTILE], hosts: [HOSTILE], addresses: [HOSTILE] }))
  expect(line).not.toMatch(/[\p{Cc}\p{Bidi_Control}]/u)
})

test('the line of an attack shows at most three names of each kind', () => {
  const line = attackLine(
    testReport({ severity: 'critical', kind: 'success-after-failures', users: ['a', 'b', 'c', 'd', ''] }),
  )
  expect(line).toBe(
    `open    CRITICAL success-after-failures from 203.0.113.9 on web-1: 5 attempts as a, b, c and 2 more, last ${TIME}`,
  )
})
