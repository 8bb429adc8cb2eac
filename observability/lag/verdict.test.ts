import { describe, expect, test } from 'vitest'
import { type Observation, verdictOf, worst } from './verdict.ts'

/** A window with one observation per second. */
function windowOf(
  ...observed: readonly (readonly [committed: number | undefined, lag: number])[]
): Observation[] {
  return observed.map(([committed, lag], index) => ({ at: index * 1_000, committed, lag }))
}

function seconds(
  count: number,
  observe: (second: number) => readonly [number | undefined, number],
): Observation[] {
  return windowOf(...Array.from({ length: count }, (_, second) => observe(second)))
}

describe('a consumer with members', () => {
  test('is ok if its lag was 0 at any time in the window', () => {
    expect(
      verdictOf(
        seconds(20, (second) => [5, second === 3 ? 0 : 9]),
        1,
        true,
      ),
    ).toBe('ok')
  })

  test('is ok while it catches up', () => {
    expect(
      verdictOf(
        seconds(20, (second) => [second * 100, 5_000 - second * 50]),
        1,
        true,
      ),
    ).toBe('ok')
  })

  test('is slow if it commits and its lag grows all the same, noise aside', () => {
    const noisy = seconds(20, (second) => [second * 10, 1_000 + second * 100 + (second % 2) * 150])
    expect(verdictOf(noisy, 1, true)).toBe('slow')
  })

  test('is stalled if it has lag and commits nothing, whether the lag grows or not', () => {
    const growing = seconds(20, (second) => [7, 10 + second])
    expect(verdictOf(growing, 1, true)).toBe('stalled')
    const constant = seconds(20, () => [undefined, 10])
    expect(verdictOf(constant, 1, true)).toBe('stalled')
  })

  test('is unknown with lag until the window is full', () => {
    const short = seconds(3, (second) => [7, 10 + second])
    expect(verdictOf(short, 1, false)).toBe('unknown')
    expect(verdictOf([], 1, false)).toBe('unknown')
  })

  test('is rewound if its offset went back', () => {
    expect(verdictOf(windowOf([100, 5], [20, 85], [30, 75]), 1, false)).toBe('rewound')
  })
})

describe('a consumer without members', () => {
  test('is stopped, with lag or without', () => {
    expect(
      verdictOf(
        seconds(20, () => [7, 10]),
        0,
        true,
      ),
    ).toBe('stopped')
    expect(
      verdictOf(
        seconds(20, () => [7, 0]),
        0,
        true,
      ),
    ).toBe('stopped')
    expect(verdictOf([], 0, false)).toBe('stopped')
  })

  test('is judged as any other if it commits through a whole window, as Flink does', () => {
    expect(
      verdictOf(
        seconds(20, (second) => [second * 100, 0]),
        0,
        true,
      ),
    ).toBe('ok')
  })
})

test('the worst of several verdicts counts', () => {
  expect(worst(['ok', 'stalled', 'slow'])).toBe('stalled')
  expect(worst([])).toBe('ok')
})
