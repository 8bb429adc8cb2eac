import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Pace } from './pace.ts'

/** A pace on a manual clock. */
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

describe('Pace.due', () => {
  test('no permit is available before any time has passed', () => {
    expect(paced(1_000).dueAfter(0)).toBe(0)
  })

  test.each([0.5, 3, 1_000, 123_456.7])('a rate of %d a second holds with irregular ticks', (perSecond) => {
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

  test('a long stall is made up for by one second at most', () => {
    const { dueAfter } = paced(200)
    expect(dueAfter(60_000)).toBeLessThanOrEqual(201)
    expect(dueAfter(10)).toBeLessThanOrEqual(3)
  })

  test('a stall under a second is made up for in full', () => {
    expect(paced(200).dueAfter(500)).toBe(100)
  })

  test('a rate below one a second still reaches whole permits', () => {
    const { dueAfter } = paced(0.1)
    expect([dueAfter(9_000), dueAfter(1_500), dueAfter(9_000), dueAfter(1_000)]).toEqual([0, 1, 0, 1])
  })

  test('permits beyond the requested maximum are kept for the next call', () => {
    const { dueAfter } = paced(100)
    expect([dueAfter(100, 4), dueAfter(0, 4), dueAfter(0, 4), dueAfter(0, 4)]).toEqual([4, 4, 2, 0])
  })

  test('an infinite rate grants every request at once', async () => {
    const { pace, dueAfter } = paced(Number.POSITIVE_INFINITY)
    expect([dueAfter(0, 5_000), dueAfter(0, 1)]).toEqual([5_000, 1])
    expect(await pace.take(77, new AbortController().signal)).toBe(77)
  })
})

describe('Pace.take', () => {
  test('available permits are taken without waiting', async () => {
    let now = 0
    const pace = new Pace(10, () => now)
    now = 500
    expect(await pace.take(100, new AbortController().signal)).toBe(5)
  })

  test('take waits until one permit is available', async () => {
    let now = 0
    // The clock advances on every read.
    const pace = new Pace(100, () => (now += 4))
    expect(await pace.take(100, new AbortController().signal)).toBe(1)
  })

  test('take returns 0 if the signal is aborted before or during the wait', async () => {
    let now = 0
    // The clock advances on every read, so that a take that ignores the signal gets a permit in the end.
    const pace = new Pace(1, () => (now += 1))
    expect(await pace.take(1, AbortSignal.abort())).toBe(0)
    const stop = new AbortController()
    const taken = pace.take(1, stop.signal)
    stop.abort()
    expect(await taken).toBe(0)
  })
})
