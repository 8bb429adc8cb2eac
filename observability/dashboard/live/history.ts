import type { ClusterState, HistoryPoint } from '../protocol.ts'

/** Fifteen minutes, with a point per second. */
const MOST_POINTS = 900

/** What the curves show, so that a new viewer sees the past as well. */
export class History {
  readonly #points: HistoryPoint[] = []

  add({ at, counts, groups }: ClusterState): void {
    const lag = groups.reduce((sum, group) => sum + (group.isDeclared ? group.lag : 0), 0)
    this.#points.push({ at, counts, lag })
    if (this.#points.length > MOST_POINTS) this.#points.shift()
  }

  get points(): readonly HistoryPoint[] {
    return this.#points
  }
}
