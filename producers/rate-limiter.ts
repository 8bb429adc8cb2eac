import { setTimeout as sleep } from 'node:timers/promises'

/** Most time whose permits may accumulate during a stall, so that the rate stays steady instead of bursting. */
const BURST_MS = 1_000
const TICK_MS = 10

/** A token bucket; a rate of Infinity never waits. */
export class RateLimiter {
  readonly #perMs: number
  readonly #now: () => number
  /** Permits available at the last refill; may be a fraction. */
  #permits = 0
  #refilledAt: number

  /** @param perSecond permits a second, above 0 */
  constructor(perSecond: number, now: () => number = () => performance.now()) {
    this.#perMs = perSecond / 1000
    this.#now = now
    this.#refilledAt = now()
  }

  /** Takes the permits available now, 0 to `max`, and returns their number. */
  tryAcquire(max: number): number {
    if (this.#perMs === Number.POSITIVE_INFINITY) return max
    const now = this.#now()
    const refill = (now - this.#refilledAt) * this.#perMs
    this.#permits = Math.min(this.#permits + refill, BURST_MS * this.#perMs + 1)
    this.#refilledAt = now
    const acquired = Math.min(max, Math.floor(this.#permits))
    this.#permits -= acquired
    return acquired
  }

  /** Waits for at least one permit, then takes up to `max`; returns their number, 0 only if the signal is aborted. */
  async acquire(max: number, signal: AbortSignal): Promise<number> {
    for (;;) {
      const acquired = this.tryAcquire(max)
      if (acquired > 0 || signal.aborted) return acquired
      const untilNext = (1 - this.#permits) / this.#perMs
      await sleep(Math.max(TICK_MS, Math.min(untilNext, 1_000)), undefined, { signal }).catch(() => undefined)
    }
  }
}
