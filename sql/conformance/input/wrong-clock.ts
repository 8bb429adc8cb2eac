const MINUTE_MS = 60_000

/** How a record's time is wrong: 59 minutes ahead, µs for ms, missing (−1), 0, s for ms. */
export const WRONG_CLOCKS = ['ahead', 'microseconds', 'none', 'epoch', 'seconds'] as const

export type WrongClock = (typeof WRONG_CLOCKS)[number]

/** The time that a wrong clock shows. @param time the right time, before `now` */
export const WRONG_TIMES: Readonly<Record<WrongClock, (time: number, now: number) => number>> = {
  ahead: (_, now) => now + 59 * MINUTE_MS,
  microseconds: (time) => time * 1_000,
  none: () => -1,
  epoch: () => 0,
  seconds: (time) => Math.floor(time / 1_000),
}
