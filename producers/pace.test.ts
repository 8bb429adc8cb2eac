import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Pace } from './pace.ts'

/** A pace on a clock that only the test moves. */
function paced(perSecond: number) {
  let now = 5_000
  const pace = new Pace(perSecond, () => now)
  return {
    pace,
    dueAfter(ms: number, max = Number.MAX_SAFE_INTEGER): number {
      now += ms
      return pace.due(max)
    },
  }
}

describe('a pace', () => {
  test('allows nothing before any time has passed', () => {
    expect(paced(1_000).dueAfter(0)).toBe(0)
  })

  test.each([0.5, 3, 1_000, 123_456.7])('of %d a second is kept however irregular the ticks', (perSecond) => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 900, noNaN: true }), { maxLength: 200 }), (ticks) => {
        const { dueAfter } = paced(perSecond)
        let given = 0
        let elapsed = 0
        for (const tick of ticks) {
          given += dueAfter(tick)
          elapsed += tick
          const exact = (elapsed * perSecond) / 1_000
          expect(given).toBeLessThanOrEqual(exact + 1e-3)
          expect(given).toBeGreaterThan(exact - 1 - 1e-3)
        }
      }),
    )
  })

  test('makes up for no more than a second of a stall', () => {
    const { dueAfter } = paced(200)
    expect(dueAfter(60_000)).toBeLessThanOrEqual(201)
    expect(dueAfter(10)).toBeLessThanOrEqual(3)
  })

  test('makes up for all of a shorter stall', () => {
    expect(paced(200).dueAfter(500)).toBe(100)
  })

  test('slower than one a second still comes to one', () => {
    const { dueAfter } = paced(0.1)
    expect([dueAfter(9_000), dueAfter(1_500), dueAfter(9_000), dueAfter(1_000)]).toEqual([0, 1, 0, 1])
  })

  test('gives no more than asked for, and owes the rest', () => {
    const { dueAfter } = paced(100)
    expect([dueAfter(100, 4), dueAfter(0, 4), dueAfter(0, 4), dueAfter(0, 4)]).toEqual([4, 4, 2, 0])
  })

  test('without a limit gives whatever is asked for, at once', async () => {
    const { pace, dueAfter } = paced(Number.POSITIVE_INFINITY)
    expect([dueAfter(0, 5_000), dueAfter(0, 1)]).toEqual([5_000, 1])
    expect(await pace.take(77, new AbortController().signal)).toBe(77)
  })
})

describe('taking', () => {
  test('does not wait for what is already due', async () => {
    let now = 0
    const pace = new Pace(10, () => now)
    now = 500
    expect(await pace.take(100, new AbortController().signal)).toBe(5)
  })

  test('waits until one is due', async () => {
    let now = 0
    // A clock that moves whenever it is looked at: the test need not.
    const pace = new Pace(100, () => (now += 4))
    expect(await pace.take(100, new AbortController().signal)).toBe(1)
  })

  test('ends with nothing where the signal is aborted, before or while it waits', async () => {
    let now = 0
    // It moves when it is looked at, so that who does not heed the signal is given one in the end.
    const pace = new Pace(1, () => (now += 1))
    expect(await pace.take(1, AbortSignal.abort())).toBe(0)
    const stop = new AbortController()
    const taken = pace.take(1, stop.signal)
    stop.abort()
    expect(await taken).toBe(0)
  })
})
