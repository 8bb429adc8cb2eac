import { Command } from 'commander'
import { expect, test } from 'vitest'
import { beginningOf, type Since, since, sinceOption } from './since-option.ts'

const NOW = Date.parse('2026-11-26T12:00:00Z')
const DAY_MS = 86_400_000

test.each([
  ['500ms', NOW - 500],
  ['1.5h', NOW - 5_400_000],
  ['24d', NOW - 24 * DAY_MS],
  ['25d', NOW - 25 * DAY_MS],
  ['400d', NOW - 400 * DAY_MS],
  ['8w', NOW - 56 * DAY_MS],
  ['9999999d', 0],
  ['2025-12-01', Date.parse('2025-12-01T00:00:00Z')],
  ['2025-12-01T03:00Z', Date.parse('2025-12-01T03:00:00Z')],
  ['2025-12-01T03:00:00.5+01:00', Date.parse('2025-12-01T02:00:00.500Z')],
  ['2025-12-01T03:00', Date.parse('2025-12-01T03:00:00Z')],
  ['2025-12-01 03:00:30', Date.parse('2025-12-01T03:00:30Z')],
])('--since %s is parsed', (text, expected) => {
  expect(beginningOf(since(text), NOW)).toBe(expected)
})

test.each(['', 'yesterday', '24', '-1d', '2025-02-31', '2025-13-01', '2025-12-01T25:00', '1d 2h'])(
  '--since %j is refused with a sentence that says what is allowed',
  (text) => {
    expect(() => since(text)).toThrow(/24h or 90d, or a date like 2025-12-01/)
  },
)

test('without --since the period starts at the default, which the help shows', () => {
  const command = new Command().addOption(sinceOption('what to report', DAY_MS))
  command.parse([], { from: 'user' })
  const { since: begin } = command.opts<{ since: Since }>()
  expect(beginningOf(begin, NOW)).toBe(NOW - DAY_MS)
  expect(command.helpInformation()).toContain('(default: 1d)')
})
