import type { ReactNode } from 'react'
import type { Attack } from '../../protocol.ts'
import { clockText } from '../parts/format.ts'

const MOST = 24
const ROW = 11
const WIDTH = 1_000

/** When the latest attacks began and ended, one bar each; the table of attacks says the same in words. */
export function Timeline({
  attacks,
  now,
}: {
  readonly attacks: readonly Attack[]
  readonly now: number
}): ReactNode {
  const isDated = ({ first, last }: Attack) => !Number.isNaN(Date.parse(first) + Date.parse(last))
  const shown = attacks
    .filter(isDated)
    .sort((one, other) => other.first.localeCompare(one.first))
    .slice(0, MOST)
  if (shown.length === 0) return null
  const from = Math.min(...shown.map(({ first }) => Date.parse(first)))
  const span = Math.max(1, now - from)
  const x = (at: number) => (Math.max(0, Math.min(1, (at - from) / span)) * WIDTH).toFixed(1)
  return (
    <figure className="timeline">
      <svg
        viewBox={`0 0 ${WIDTH} ${shown.length * ROW}`}
        height={shown.length * ROW}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {shown.map((attack, index) => {
          const begin = Number(x(Date.parse(attack.first)))
          const end = Number(x(attack.state === 'closed' ? Date.parse(attack.last) : now))
          return (
            <rect
              key={attack.id}
              className={`span-${attack.state === 'closed' ? 'closed' : attack.severity}`}
              x={begin}
              y={index * ROW + 2}
              width={Math.max(3, end - begin)}
              height={ROW - 4}
              rx={2}
            />
          )
        })}
      </svg>
      <figcaption>
        <span>{clockText(from)}</span>
        <span className="legend">
          <span className="mark mark-critical">open, critical</span>
          <span className="mark mark-warning">open</span>
          <span className="mark mark-closed">over</span>
        </span>
        <span>{clockText(now)} UTC</span>
      </figcaption>
    </figure>
  )
}
