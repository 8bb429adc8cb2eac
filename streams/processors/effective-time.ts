/** Nothing was sold earlier: an earlier time is −1, 0, or seconds taken for milliseconds, from a clock that was never set. */
const FIRST_CLAIM = Date.UTC(2000, 0)
/** How far a clock may be ahead for its time to be passed on. */
const MAX_AHEAD_MS = 60 * 60 * 1000

/**
 * When a record happened: its own time, but never later than the time when the broker appended it. A record without a time,
 * or with a time before the year 2000, happened when the broker appended it.
 * @param eventTime the record's own time, in ms since the epoch
 * @param appendTime the broker's time, in ms since the epoch
 */
export function effectiveTime(eventTime: number | undefined, appendTime: number): number {
  return eventTime === undefined || eventTime < FIRST_CLAIM ? appendTime : Math.min(eventTime, appendTime)
}

/**
 * The timestamp that a record is passed on with: its own time, unless topics cannot handle it. The broker refuses a time that
 * is far ahead, or never deletes the record; it may delete a record of 1970 before anybody has read it; and some clients fail
 * at a negative time.
 */
export function passedOnTime(eventTime: number | undefined, appendTime: number): number {
  const isOwn = eventTime !== undefined && eventTime >= FIRST_CLAIM && eventTime <= appendTime + MAX_AHEAD_MS
  return isOwn ? eventTime : appendTime
}
