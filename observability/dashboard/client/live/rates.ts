import type { Counts, HistoryPoint } from '../../protocol.ts'

/** Rates at one moment, in records per second; null where they are unknown. */
export interface RatePoint {
  /** ms since the epoch. */
  readonly at: number
  readonly rates: Readonly<Record<keyof Counts, number | null>>
  readonly lag: number
}

/** Over so many points, about seconds, a rate is measured: a single second is mostly noise. */
const SPAN = 3
/** Beyond this, in ms, nothing is known of what was between two points. */
const GAP_MS = 10_000

/** Rates from counts that only grow. A count that falls, after a restart of the server, gives no rate. */
export function ratesOf(points: readonly HistoryPoint[]): RatePoint[] {
  return points.slice(1).map((point, index) => {
    const recent = points.slice(Math.max(0, index + 1 - SPAN), index + 1)
    const before = recent.find(({ at }) => point.at - at <= GAP_MS)
    const seconds = before === undefined ? 0 : (point.at - before.at) / 1000
    const names = Object.keys(point.counts) as (keyof Counts)[]
    const rate = (name: keyof Counts) => {
      const grown = point.counts[name] - (before?.counts[name] ?? 0)
      return seconds > 0 && grown >= 0 ? grown / seconds : null
    }
    const rates = Object.fromEntries(names.map((name) => [name, rate(name)])) as RatePoint['rates']
    return { at: point.at, lag: point.lag, rates }
  })
}
