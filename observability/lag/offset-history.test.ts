import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { OffsetHistory } from './offset-history.ts'

function historyOf(...samples: readonly (readonly [at: number, end: number])[]): OffsetHistory {
  const history = new OffsetHistory()
  for (const [at, end] of samples) history.add(at, end)
  return history
}

describe('the time of an offset', () => {
  test('lies between the samples before and after it, in proportion', () => {
    const history = historyOf([1_000, 0], [2_000, 10])
    expect(history.appendedAt(0)).toBe(1_100)
    expect(history.appendedAt(9)).toBe(2_000)
  })

  test('is unknown before the first sample and beyond the last', () => {
    const history = historyOf([1_000, 5], [2_000, 10])
    expect(history.appendedAt(4)).toBeUndefined()
    expect(history.appendedAt(10)).toBeUndefined()
  })

  test('is within the last interval after a long idle time', () => {
    const history = historyOf([0, 5], [1_000, 5], [2_000, 5], [60_000, 5], [61_000, 6])
    expect(history.appendedAt(5)).toBe(61_000)
  })

  test('is forgotten when the topic was deleted and created again', () => {
    const history = historyOf([0, 0], [1_000, 100], [2_000, 3])
    expect(history.appendedAt(50)).toBeUndefined()
    expect(history.appendedAt(2)).toBeUndefined()
  })
})

test('the time of an offset is never off by more than the distance of its samples, however long the history', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(50), { minLength: 2, maxLength: 3_000 }), (growth) => {
      const history = new OffsetHistory()
      const bounds: { offset: number; after: number; until: number }[] = []
      let end = 0
      history.add(0, end)
      growth.forEach((count, index) => {
        if (count > 0) bounds.push({ offset: end, after: index * 1_000, until: (index + 1) * 1_000 })
        end += count
        history.add((index + 1) * 1_000, end)
      })
      for (const { offset, after, until } of bounds.slice(-200)) {
        const at = history.appendedAt(offset) as number
        expect(at).toBeGreaterThanOrEqual(after)
        expect(at).toBeLessThanOrEqual(until)
      }
    }),
    { numRuns: 30 },
  )
})
