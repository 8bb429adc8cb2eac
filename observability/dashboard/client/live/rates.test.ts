import { expect, test } from 'vitest'
import type { HistoryPoint } from '../../protocol.ts'
import { ratesOf } from './rates.ts'

function point(at: number, unique: number): HistoryPoint {
  const counts = { gameEvents: 0, transactions: 0, duplicates: 0, malformed: 0, logLines: 0, deadLetters: 0 }
  return { at, lag: 7, counts: { ...counts, unique } }
}

function uniqueRates(points: readonly HistoryPoint[]): (number | null | undefined)[] {
  return ratesOf(points).map(({ rates }) => rates.unique)
}

test('a steady count gives its rate per second, whatever the distance of the points', () => {
  expect(uniqueRates([point(0, 0), point(500, 50), point(1_500, 150), point(3_500, 350)])).toEqual([
    100, 100, 100,
  ])
})

test('a count that falls gives no rate', () => {
  expect(uniqueRates([point(0, 900), point(1_000, 5)])).toEqual([null])
})

test('a gap and two points at the same time give no rate', () => {
  expect(uniqueRates([point(0, 0), point(60_000, 600)])).toEqual([null])
  expect(uniqueRates([point(0, 0), point(0, 600)])).toEqual([null])
})

test('after a gap the rate comes from the points since then', () => {
  expect(uniqueRates([point(0, 0), point(60_000, 100), point(61_000, 150)])).toEqual([null, 50])
})

test('no point and one point give no rates', () => {
  expect(ratesOf([])).toEqual([])
  expect(ratesOf([point(0, 1)])).toEqual([])
})
