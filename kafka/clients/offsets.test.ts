import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { distance, hasReached } from './offsets.ts'

function offsets(...ofPartitions: number[]): ReadonlyMap<number, number> {
  return new Map(ofPartitions.map((offset, partition) => [partition, offset]))
}

describe('distance between two positions', () => {
  test('the distance is the sum over the partitions', () => {
    expect(distance(offsets(10, 0, 7), offsets(15, 2, 7))).toBe(7)
  })

  test('a partition without a position counts from offset 0', () => {
    expect(distance(offsets(), offsets(3, 4))).toBe(7)
  })

  test('a partition ahead does not offset a partition behind', () => {
    expect(distance(offsets(100, 0), offsets(50, 5))).toBe(5)
  })

  test('the distance is exact for offsets beyond 32 bits', () => {
    expect(distance(offsets(9_007_199_254_740_000), offsets(9_007_199_254_740_991))).toBe(991)
  })
})

describe('goal', () => {
  test('a goal is reached when every partition is at or beyond it', () => {
    expect(hasReached(offsets(5, 9), offsets(5, 8))).toBe(true)
    expect(hasReached(offsets(5, 7), offsets(5, 8))).toBe(false)
  })

  test('the end of an empty topic is reached at once', () => {
    expect(hasReached(offsets(), offsets(0, 0))).toBe(true)
  })

  test('the distance is the number of records to read until the goal is reached', () => {
    const positions = fc.array(fc.nat(20), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(positions, positions, (from, to) => {
        const at = [...from]
        let read = 0
        while (!hasReached(offsets(...at), offsets(...to))) {
          const behind = at.findIndex((offset, partition) => offset < (to[partition] ?? 0))
          if (behind < 0) break
          at[behind] = (at[behind] ?? 0) + 1
          read += 1
        }
        expect(read).toBe(distance(offsets(...from), offsets(...to)))
      }),
    )
  })
})
