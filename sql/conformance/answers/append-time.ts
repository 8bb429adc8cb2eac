/** Stands for the broker's append time, which replaces a wrong time and is not known in advance. */
export const APPEND_TIME = 'append time'

/** No time in the input is this close to the time of sending. */
const NEAR_MS = 30 * 60_000

/** A time in the form of the answers. @param now when the input is sent */
export function comparableTime(time: number, now: number): number | typeof APPEND_TIME {
  return Math.abs(time - now) < NEAR_MS ? APPEND_TIME : time
}
