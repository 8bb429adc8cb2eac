/**
 * When an event happened, in ms since the epoch: what it says itself, for logs are shipped hours or years after they were
 * written, and their records' timestamps are of then. A clock that is ahead must not close everybody's windows: nothing
 * happens later than its record was written.
 */
export function noLaterThan(recordTimestamp: number, own: number | null): number {
  return own === null ? recordTimestamp : Math.min(own, recordTimestamp)
}
