/** How often Prometheus asks, and how patient its alerts are. In seconds. */
export interface Timing {
  readonly scrape: number
  readonly evaluate: number
  /** The window of rates; several scrapes long. */
  readonly window: number
  /** How long a condition must hold before its alert fires. Longer than a rebalance. */
  readonly patience: number
  /** How long a topic may be quiet. */
  readonly quiet: number
}

/** What is shipped. */
export const CALM: Timing = { scrape: 15, evaluate: 15, window: 60, patience: 120, quiet: 300 }

/** A duration as Prometheus writes it. */
export function seconds(count: number): string {
  return count % 60 === 0 ? `${count / 60}m` : `${count}s`
}
