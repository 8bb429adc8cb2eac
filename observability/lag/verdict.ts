/** How a consumer is doing, from its best state to its worst. */
export const VERDICTS = ['ok', 'unknown', 'slow', 'rewound', 'stalled', 'stopped'] as const

/**
 * - `ok`: it keeps up, or catches up.
 * - `unknown`: it has lag, and was not observed for long enough.
 * - `slow`: it makes progress, and its lag grows all the same.
 * - `rewound`: its committed offset went back.
 * - `stalled`: it has members and lag, and commits nothing.
 * - `stopped`: it has no members and commits nothing.
 */
export type Verdict = (typeof VERDICTS)[number]

/** What one look at a partition saw of a consumer. */
export interface Observation {
  /** ms; only differences count. */
  readonly at: number
  /** The committed offset; undefined before the first commit. */
  readonly committed: number | undefined
  readonly lag: number
}

/**
 * Judges a partition by its latest observations, after the rules of Burrow (LinkedIn, "Consumer Lag Evaluation Rules"):
 * the shape of a window counts and no threshold of lag does.
 * @param window observations in the order of time
 * @param isFull whether the window is as long as it may get
 */
export function verdictOf(window: readonly Observation[], members: number, isFull: boolean): Verdict {
  const first = window[0]
  const last = window.at(-1)
  if (!first || !last) return members > 0 ? 'unknown' : 'stopped'
  const isRewound = window.some(
    ({ committed }, index) =>
      index > 0 && committed !== undefined && committed < (window[index - 1]?.committed ?? 0),
  )
  const hasProgress = last.committed !== first.committed
  // Clients that assign partitions themselves, as Flink does, commit without a member.
  if (members === 0 && !(isFull && hasProgress)) return 'stopped'
  if (isRewound) return 'rewound'
  if (window.some(({ lag }) => lag === 0)) return 'ok'
  if (!isFull) return 'unknown'
  if (!hasProgress) return 'stalled'
  return hasGrown(window.map(({ lag }) => lag)) ? 'slow' : 'ok'
}

/** Whether every value of the last third is above every value of the first: growth that outweighs the noise. */
function hasGrown(values: readonly number[]): boolean {
  const third = Math.floor(values.length / 3)
  return Math.min(...values.slice(-third)) > Math.max(...values.slice(0, third))
}

export function worst(verdicts: readonly Verdict[]): Verdict {
  return verdicts.reduce(
    (one, other) => (VERDICTS.indexOf(other) > VERDICTS.indexOf(one) ? other : one),
    'ok',
  )
}
