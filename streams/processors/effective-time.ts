/** Before it nothing was sold: −1, 0 and seconds for milliseconds lie there, which clocks show that know no time. */
const FIRST_CLAIM = Date.UTC(2000, 0)
/** How far a clock may be ahead for its time to be passed on. */
const MAX_AHEAD_MS = 60 * 60 * 1000

/**
 * When a record happened: what it says, but never later than when the broker had it. A record that says nothing, or a time
 * before the year 2000, happened when the broker had it.
 * @param eventTime what the record says, in ms since the epoch
 * @param appendTime the broker's clock
 */
export function effectiveTime(eventTime: number | undefined, appendTime: number): number {
  return eventTime === undefined || eventTime < FIRST_CLAIM ? appendTime : Math.min(eventTime, appendTime)
}

/**
 * The time that a record is passed on with: its own, unless topics could not live with it. The broker refuses one that is far
 * ahead, or never deletes it; it may delete one of 1970 before anybody has read it; some clients fail at one below zero.
 */
export function passedOnTime(eventTime: number | undefined, appendTime: number): number {
  const isOwn = eventTime !== undefined && eventTime >= FIRST_CLAIM && eventTime <= appendTime + MAX_AHEAD_MS
  return isOwn ? eventTime : appendTime
}
