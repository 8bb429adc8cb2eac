import type { SshEvent } from '../sessions/event.ts'

/** A running count of one address or host. */
export interface Count {
  /** Lines that are failures. */
  readonly failures: number
  readonly attempts: number
  readonly successes: number
  /** ms since the epoch, of the events counted. */
  readonly first: number
  readonly last: number
}

export function counted(count: Count | undefined, event: SshEvent, at: number): Count {
  return {
    failures: (count?.failures ?? 0) + (event.outcome === 'failure' ? 1 : 0),
    attempts: (count?.attempts ?? 0) + (event.attempts ?? 0),
    successes: (count?.successes ?? 0) + (event.outcome === 'success' ? 1 : 0),
    first: Math.min(count?.first ?? at, at),
    last: Math.max(count?.last ?? at, at),
  }
}
