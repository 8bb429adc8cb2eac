import { useEffect, useMemo, useState } from 'react'
import type { HistoryPoint } from '../../protocol.ts'
import { onLive, useConnection } from './events.ts'
import { type RatePoint, ratesOf } from './rates.ts'

const MOST_POINTS = 900

/** The rates of the last fifteen minutes, oldest first. Read again when the connection comes back. */
export function useRates(): readonly RatePoint[] {
  const connection = useConnection()
  const [points, setPoints] = useState<readonly HistoryPoint[]>([])
  useEffect(() => {
    if (connection !== 'live') return
    const stop = new AbortController()
    fetch('/api/history', { signal: stop.signal })
      .then((answer) => answer.json() as Promise<HistoryPoint[]>)
      .then((past) =>
        setPoints((known) => [...past, ...known.filter(({ at }) => at > (past.at(-1)?.at ?? 0))]),
      )
      .catch(() => undefined)
    return () => stop.abort()
  }, [connection])
  useEffect(
    () =>
      onLive('cluster', ({ at, error, counts, groups }) => {
        if (error !== null || at === 0) return
        const lag = groups.reduce((sum, group) => sum + (group.isDeclared ? group.lag : 0), 0)
        setPoints((known) =>
          at > (known.at(-1)?.at ?? 0) ? [...known.slice(1 - MOST_POINTS), { at, counts, lag }] : known,
        )
      }),
    [],
  )
  return useMemo(() => ratesOf(points), [points])
}
