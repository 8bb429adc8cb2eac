import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ExpiryIndex } from './expiry-index.ts'

/** An index together with what its owner knows: each slot's time, and that a slot taken is free. */
function owned(retentionMs: number) {
  const index = new ExpiryIndex(retentionMs)
  const times = new Map<number, number>()
  return {
    times,
    index,
    set(slot: number, forgetAt: number) {
      const before = times.get(slot) ?? Number.NaN
      times.set(slot, forgetAt)
      index.add(slot, forgetAt, before)
    },
    remove(slot: number) {
      index.remove(slot, times.get(slot) ?? Number.NaN)
      times.delete(slot)
    },
    take(time: number): readonly number[] {
      const taken = index.takeDue(time)
      for (const slot of taken) times.delete(slot)
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
  fc.record({ remove: fc.nat(20) }),
  fc.record({ take: time.filter(Number.isFinite) }),
)

describe('the expiry index', () => {
  test('gives a slot when its whole bucket is over, and not before', () => {
    const index = owned(2_560)
    index.set(1, 25)
    expect([index.take(25), index.take(29), index.take(30), index.take(31)]).toEqual([[], [], [1], []])
  })

  test('gives slots in the order of their buckets, after a jump in time too', () => {
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

  test('gives a slot that was moved away and back once', () => {
    const index = owned(256)
    for (const at of [10, 20, 10]) index.set(1, at)
    expect([index.take(11), index.take(21)]).toEqual([[1], []])
  })

  test('never gives a slot that never expires', () => {
    const index = owned(256)
    index.set(1, 5)
    index.set(1, Number.POSITIVE_INFINITY)
    expect(index.take(Number.MAX_SAFE_INTEGER)).toEqual([])
  })

  test('gives a slot whose time was over when it was added', () => {
    const index = owned(256)
    index.set(1, 5)
    index.take(1_000)
    index.set(1, 7)
    expect(index.take(1_001)).toEqual([1])
  })

  test('jumps over some buckets while many more are left', () => {
    const index = owned(256)
    index.set(0, 0)
    for (let slot = 1; slot <= 150_000; slot += 1) index.set(slot, 1_000_000 + slot)
    expect(index.take(900_000)).toEqual([0])
    expect(index.take(1_000_003)).toEqual([1, 2])
  })

  test('gives the same slots as a search through all of them', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(0, 1, 256, 257, 2_560, 86_400_000),
        fc.array(operation, { maxLength: 60 }),
        (retentionMs, operations) => {
          const width = Math.max(1, Math.ceil(retentionMs / 256))
          const index = owned(retentionMs)
          for (const one of operations) {
            if ('set' in one) index.set(one.set, one.at)
            else if ('remove' in one) index.remove(one.remove)
            else {
              const end = Math.floor(one.take / width) * width
              const expected = [...index.times].filter(([, at]) => at < end).map(([slot]) => slot)
              expect(index.take(one.take).toSorted()).toEqual(expected.sort())
            }
            // Nothing stays in the index that its owner has moved or removed.
            const expiring = [...index.times.values()].filter(Number.isFinite)
            expect(index.index.size).toBe(expiring.length)
          }
        },
      ),
      { numRuns: 500 },
    )
  })

  test('leaves no slot behind when time moves in small steps', () => {
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

  test('stays as small as what it holds, however often slots are moved, removed and added again', () => {
    const index = owned(256)
    for (let round = 0; round < 10_000; round += 1) {
      index.set(1, 1_000_000 + round)
      index.set(2, 1_000_000)
      index.remove(2)
    }
    expect(index.index.size).toBe(1)
    expect(index.index.bytes).toBeLessThan(10_000)
    expect(index.take(2_000_000)).toEqual([1])
  })
})
