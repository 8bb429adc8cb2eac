import type { SshEvent } from '../sessions/event.ts'

/** The running count of one address or host. */
export interface Count {
  /** Failure lines. */
  readonly failures: number
  readonly attempts: number
  readonly successes: number
  /** The times of the first and last event, in ms since the epoch. */
  readonly first: number
  readonly last: number
}

/** A count continues until its address or host has been quiet for this long: it bounds the store. */
export const COUNT_MS = 24 * 60 * 60_000

/**
 * A count with one more event, or a new one if it was quiet for a day.
 * @param at when the event happened, in ms since the epoch
 */
export function counted(before: Count | undefined, event: SshEvent, at: number): Count {
  const count = before && at < before.last + COUNT_MS ? before : undefined
  return {
    failures: (count?.failures ?? 0) + (event.outcome === 'failure' ? 1 : 0),
    attempts: (count?.attempts ?? 0) + (event.attempts ?? 0),
    successes: (count?.successes ?? 0) + (event.outcome === 'success' ? 1 : 0),
    first: Math.min(count?.first ?? at, at),
    last: Math.max(count?.last ?? at, at),
  }
}
