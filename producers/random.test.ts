import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drawSeed, Random } from './random.ts'

const seed = fc.maxSafeNat()

function draw<T>(times: number, next: () => T): T[] {
  return Array.from({ length: times }, next)
}

describe('seeded sequence', () => {
  // Output of the generator's C source, seeded and warmed up in the same way.
  test.each([
    [42, '4b5d663b7414a19be99de5c34a934eb2'],
    [0x12_3456_7890, 'b4f5ae8d8ef85fbd734d91453a239e9a'],
  ])('seed %i gives the sequence of sfc32', (value, expected) => {
    expect(new Random(value).hex(32)).toBe(expected)
  })

  test('the same seed gives the same sequence', () => {
    fc.assert(
      fc.property(seed, (value) => {
        const [one, other] = [new Random(value), new Random(value)]
        expect(draw(50, () => one.fraction())).toEqual(draw(50, () => other.fraction()))
      }),
    )
  })

  test.each([
    [0, 1],
    [7, 7 + 2 ** 32],
    [2 ** 53 - 1, 2 ** 53 - 2],
  ])('seeds %i and %i give different sequences', (a, b) => {
    expect(new Random(a).hex(64)).not.toBe(new Random(b).hex(64))
  })
})

describe('draws', () => {
  test('every draw stays within its bounds', () => {
    fc.assert(
      fc.property(seed, fc.integer({ min: 1, max: 1_000_000 }), (value, end) => {
        const random = new Random(value)
        for (const fraction of draw(20, () => random.fraction())) {
          expect(fraction >= 0 && fraction < 1).toBe(true)
        }
        for (const whole of draw(20, () => random.below(end))) {
          expect(Number.isInteger(whole) && whole >= 0 && whole < end).toBe(true)
        }
        for (const number of draw(20, () => random.between(-end, end))) {
          expect(number >= -end && number < end).toBe(true)
        }
      }),
    )
  })

  test('below() is uniform over its range', () => {
    const random = new Random(1)
    const counts = new Map<number, number>()
    for (const face of draw(60_000, () => random.below(6))) counts.set(face, (counts.get(face) ?? 0) + 1)
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5])
    for (const count of counts.values()) expect(Math.abs(count - 10_000)).toBeLessThan(400)
  })

  test('chance() is true with the given probability', () => {
    const random = new Random(2)
    const share = draw(40_000, () => random.chance(0.3)).filter(Boolean).length / 40_000
    expect(Math.abs(share - 0.3)).toBeLessThan(0.01)
    expect(draw(1_000, () => random.chance(0))).not.toContain(true)
    expect(draw(1_000, () => random.chance(1))).not.toContain(false)
  })

  test('pick() returns every option eventually', () => {
    const random = new Random(3)
    expect(new Set(draw(200, () => random.pick(['a', 'b', 'c'])))).toEqual(new Set(['a', 'b', 'c']))
  })

  test.each([1, 7, 8, 9, 16])('hex(%i) has that many digits', (digits) => {
    expect(new Random(4).hex(digits)).toMatch(new RegExp(`^[0-9a-f]{${digits}}$`))
  })
})

test('a drawn seed is a safe non-negative integer, so that it can be passed back in', () => {
  for (const value of draw(100, drawSeed)) {
    expect(Number.isSafeInteger(value) && value >= 0).toBe(true)
  }
})
