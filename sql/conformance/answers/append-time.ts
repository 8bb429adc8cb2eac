/** What stands for the time of a record whose own one is wrong: that of the broker, which nobody knows beforehand. */
export const APPEND_TIME = 'append time'

/** Nothing in the input is as near to the time at which it is sent. */
const NEAR_MS = 30 * 60_000

/** A time as answers have it. @param now when the input is sent */
export function toldTime(time: number, now: number): number | typeof APPEND_TIME {
  return Math.abs(time - now) < NEAR_MS ? APPEND_TIME : time
}
