import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ExpiryIndex } from './expiry-index.ts'

/** An index together with what its owner knows: each slot's time, and that a slot taken is free. */
function owned(retentionMs: number) {
  const index = new ExpiryIndex(retentionMs)
  const times = new Map<number, number>()
  let visited = 0
  return {
    times,
    get visited() {
      return visited
    },
    set(slot: number, forgetAt: number) {
      const before = times.get(slot) ?? Number.NaN
      times.set(slot, forgetAt)
      index.add(slot, forgetAt, before)
    },
    /** A slot that its owner frees by itself. */
    free(slot: number) {
      times.delete(slot)
    },
    take(time: number): number[] {
      const taken: number[] = []
      const timeOf = (slot: number) => {
        visited += 1
        return times.get(slot) ?? Number.NaN
      }
      for (const slot of index.due(time, timeOf)) {
        taken.push(slot)
        times.delete(slot)
      }
      return taken
    },
  }
}

const time = fc.oneof(
  fc.nat(300),
  fc.integer({ min: -300, max: 100_000 }),
  fc.constantFrom(0, 256, 1e6, 1e12, 9_007_199_254_740_991, Number.POSITIVE_INFINITY),
)
const operation = fc.oneof(
  fc.record({ set: fc.nat(20), at: time }),
  fc.record({ free: fc.nat(20) }),
  fc.record({ take: time.filter(Number.isFinite) }),
)

describe('the expiry index', () => {
  test('gives a slot once its whole bucket is over, and not before', () => {
    const index = owned(2_560)
    index.set(1, 25)
    expect([index.take(25), index.take(29), index.take(30), index.take(31)]).toEqual([[], [], [1], []])
  })

  test('gives slots in the order of their buckets, also after a jump', () => {
    const index = owned(256)
    for (const at of [900, 3, 500]) index.set(at, at)
    expect(index.take(1e12)).toEqual([3, 500, 900])
  })

  test('gives a slot whose time was moved at its new time only', () => {
    const index = owned(256)
    index.set(1, 10)
    index.set(1, 20)
    expect([index.take(15), index.take(21)]).toEqual([[], [1]])
  })

  test('gives a slot that was moved there and back once', () => {
    const index = owned(256)
    for (const at of [10, 20, 10]) index.set(1, at)
    expect([index.take(11), index.take(21)]).toEqual([[1], []])
  })

  test('never gives a slot that stays for ever', () => {
    const index = owned(256)
    index.set(1, 5)
    index.set(1, Number.POSITIVE_INFINITY)
    expect(index.take(Number.MAX_SAFE_INTEGER)).toEqual([])
  })

  test('gives a slot whose time had passed before it came', () => {
    const index = owned(256)
    index.set(1, 5)
    index.take(1_000)
    index.set(1, 7)
    expect(index.take(1_001)).toEqual([1])
  })

  test('bears a jump over some buckets while many more are left', () => {
    const index = owned(256)
    index.set(0, 0)
    for (let slot = 1; slot <= 150_000; slot += 1) index.set(slot, 1_000_000 + slot)
    expect(index.take(900_000)).toEqual([0])
    expect(index.take(1_000_003)).toEqual([1, 2])
  })

  test('gives what a list that is searched from end to end gives', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1, 256, 257, 2_560, 86_400_000),
        fc.array(operation, { maxLength: 60 }),
        (retentionMs, operations) => {
          const width = Math.max(1, Math.ceil(retentionMs / 256))
          const index = owned(retentionMs)
          for (const one of operations) {
            if ('set' in one) index.set(one.set, one.at)
            else if ('free' in one) index.free(one.free)
            else {
              const end = Math.floor(one.take / width) * width
              const expected = [...index.times].filter(([, at]) => at < end).map(([slot]) => slot)
              expect(index.take(one.take).sort()).toEqual(expected.sort())
            }
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  test('leaves none behind where time goes on in small steps', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(4), { maxLength: 300 }), (steps) => {
        const index = owned(256)
        for (let slot = 0; slot < 500; slot += 1) index.set(slot, slot)
        let now = 0
        for (const by of steps) {
          const expected = Array.from({ length: by }, (_, ahead) => now + ahead).filter((slot) => slot < 500)
          now += by
          expect(index.take(now)).toEqual(expected)
        }
      }),
    )
  })

  test('looks at each slot at most as often as it was given a time', () => {
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 60 }), (operations) => {
        const index = owned(256)
        let given = 0
        for (const one of operations) {
          if ('set' in one) index.set(one.set, one.at)
          if ('set' in one) given += 1
          if ('take' in one) index.take(one.take)
        }
        expect(index.visited).toBeLessThanOrEqual(given)
      }),
    )
  })
})
