import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { RateLimiter } from './rate-limiter.ts'

/** A rate limiter on a manual clock. */
function limited(perSecond: number) {
  let now = 5_000
  const limiter = new RateLimiter(perSecond, () => now)
  return {
    limiter,
    acquiredAfter(ms: number, max = Number.MAX_SAFE_INTEGER): number {
      now += ms
      return limiter.tryAcquire(max)
    },
  }
}

describe('RateLimiter.tryAcquire', () => {
  test('no permit is available before any time has passed', () => {
    expect(limited(1_000).acquiredAfter(0)).toBe(0)
  })

  test.each([0.5, 3, 1_000, 123_456.7])('a rate of %d a second holds with irregular ticks', (perSecond) => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 900, noNaN: true }), { maxLength: 200 }), (ticks) => {
        const { acquiredAfter } = limited(perSecond)
        let given = 0
        let elapsed = 0
        for (const tick of ticks) {
          given += acquiredAfter(tick)
          elapsed += tick
          const exact = (elapsed * perSecond) / 1_000
          expect(given).toBeLessThanOrEqual(exact + 1e-3)
          expect(given).toBeGreaterThan(exact - 1 - 1e-3)
        }
      }),
    )
  })

  test('a long stall is made up for by one second at most', () => {
    const { acquiredAfter } = limited(200)
    expect(acquiredAfter(60_000)).toBeLessThanOrEqual(201)
    expect(acquiredAfter(10)).toBeLessThanOrEqual(3)
  })

  test('a stall under a second is made up for in full', () => {
    expect(limited(200).acquiredAfter(500)).toBe(100)
  })

  test('a rate below one a second still reaches whole permits', () => {
    const { acquiredAfter } = limited(0.1)
    expect([acquiredAfter(9_000), acquiredAfter(1_500), acquiredAfter(9_000), acquiredAfter(1_000)]).toEqual([
      0, 1, 0, 1,
    ])
  })

  test('permits beyond the requested maximum are kept for the next call', () => {
    const { acquiredAfter } = limited(100)
    expect([acquiredAfter(100, 4), acquiredAfter(0, 4), acquiredAfter(0, 4), acquiredAfter(0, 4)]).toEqual([
      4, 4, 2, 0,
    ])
  })

  test('an infinite rate grants every request at once', async () => {
    const { limiter, acquiredAfter } = limited(Number.POSITIVE_INFINITY)
    expect([acquiredAfter(0, 5_000), acquiredAfter(0, 1)]).toEqual([5_000, 1])
    expect(await limiter.acquire(77, new AbortController().signal)).toBe(77)
  })
})

describe('RateLimiter.acquire', () => {
  test('available permits are taken without waiting', async () => {
    let now = 0
    const limiter = new RateLimiter(10, () => now)
    now = 500
    expect(await limiter.acquire(100, new AbortController().signal)).toBe(5)
  })

  test('acquire waits until one permit is available', async () => {
    let now = 0
    // The clock advances on every read.
    const limiter = new RateLimiter(100, () => (now += 4))
    expect(await limiter.acquire(100, new AbortController().signal)).toBe(1)
  })

  test('acquire returns 0 if the signal is aborted before or during the wait', async () => {
    let now = 0
    // The clock advances on every read, so that an acquire that ignores the signal gets a permit in the end.
    const limiter = new RateLimiter(1, () => (now += 1))
    expect(await limiter.acquire(1, AbortSignal.abort())).toBe(0)
    const stop = new AbortController()
    const acquired = limiter.acquire(1, stop.signal)
    stop.abort()
    expect(await acquired).toBe(0)
  })
})
