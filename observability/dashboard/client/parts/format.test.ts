import { expect, test } from 'vitest'
import { bytesText, rateText, spanText, timeText } from './format.ts'

test('a span has two units at most and rounds no unit up to the next', () => {
  expect([0, 0.25, 9.96, 59.6, 119.7, 3_599, 7_260, 90_000].map(spanText)).toEqual([
    '0 ms',
    '250 ms',
    '10 s',
    '1 min 0 s',
    '2 min 0 s',
    '59 min 59 s',
    '2 h 1 min',
    '1 d 1 h',
  ])
})

test('a size has the unit in which it is at least 1', () => {
  expect([0, 1023, 1024, 1024 ** 3 * 1.5].map(bytesText)).toEqual(['0 B', '1023 B', '1 KiB', '1.5 GiB'])
})

test('what is unknown is shown as unknown and not as zero', () => {
  expect([rateText(null), spanText(null), bytesText(null), rateText(0)]).toEqual(['–', '–', '–', '0/s'])
})

test('a time that no calendar has is shown as its number', () => {
  expect(timeText(8.64e15 + 1)).toBe('8640000000000001')
  expect(timeText(0)).toBe('1970-01-01 00:00:00.000')
})
