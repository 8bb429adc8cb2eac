import { setTimeout as sleep } from 'node:timers/promises'

/** At most this much of a stall is made up for, so that the rate stays steady instead of bursting. */
const DEBT_MS = 1_000
const TICK_MS = 10

/** A rate limiter; a rate of Infinity never waits. */
export class Pace {
  readonly #perMs: number
  readonly #now: () => number
  #allowance = 0
  #at: number

  /** @param perSecond permits a second, above 0 */
  constructor(perSecond: number, now: () => number = () => performance.now()) {
    this.#perMs = perSecond / 1000
    this.#now = now
    this.#at = now()
  }

  /** Takes the permits available now, 0 to `max`, and returns their number. */
  due(max: number): number {
    if (this.#perMs === Number.POSITIVE_INFINITY) return max
    const now = this.#now()
    this.#allowance = Math.min(this.#allowance + (now - this.#at) * this.#perMs, DEBT_MS * this.#perMs + 1)
    this.#at = now
    const due = Math.min(max, Math.floor(this.#allowance))
    this.#allowance -= due
    return due
  }

  /** Waits for at least one permit, then takes up to `max`; returns their number, 0 only if the signal is aborted. */
  async take(max: number, signal: AbortSignal): Promise<number> {
    for (;;) {
      const due = this.due(max)
      if (due > 0 || signal.aborted) return due
      const untilNext = (1 - this.#allowance) / this.#perMs
      await sleep(Math.max(TICK_MS, Math.min(untilNext, 1_000)), undefined, { signal }).catch(() => undefined)
    }
  }
}
