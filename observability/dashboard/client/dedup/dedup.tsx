import type { ReactNode } from 'react'
import type { Counts, Duplicate } from '../../protocol.ts'
import { useLive } from '../live/events.ts'
import { useRates } from '../live/history.ts'
import { Curves } from '../parts/curve.tsx'
import { countText, rateText, spanText, timeText } from '../parts/format.ts'
import { Card, Empty, Figure, PageHead } from '../parts/layout.tsx'
import { Table } from '../parts/table.tsx'
import { FollowLink, PlaceLink } from '../parts/text.tsx'

const SERIES: readonly { readonly name: keyof Counts; readonly label: string }[] = [
  { name: 'transactions', label: 'In' },
  { name: 'unique', label: 'Unique' },
  { name: 'duplicates', label: 'Duplicates' },
  { name: 'malformed', label: 'Malformed' },
]

/** What the de-duplication lets through and what it catches. */
export function Dedup(): ReactNode {
  const counts = useLive('cluster')?.counts
  const duplicates = useLive('duplicates')
  const rates = useRates()
  const latest = rates.at(-1)
  return (
    <>
      <PageHead title="De-duplication">
        The first transaction of each id passes unchanged; every later copy is suppressed and listed here.
        Counts are since this dashboard started.
      </PageHead>
      <div className="figures">
        {SERIES.map(({ name, label }) => (
          <Figure
            key={name}
            label={label}
            value={countText(counts?.[name])}
            note={rateText(latest?.rates[name])}
          />
        ))}
      </div>
      <Card title="Transactions per second">
        {rates.length === 0 ? (
          <Empty>Waiting for two seconds of figures…</Empty>
        ) : (
          <Curves
            label="Transactions per second"
            times={rates.map(({ at }) => at)}
            series={SERIES.map(({ name, label }) => ({
              label,
              values: rates.map((point) => point.rates[name]),
            }))}
            format={rateText}
          />
        )}
      </Card>
      <Card title="Latest duplicates" aside={<span className="soft">newest first</span>}>
        {!duplicates || duplicates.length === 0 ? (
          <Empty command="npm run produce:transactions">
            No duplicates since this dashboard started. The processors of the de-duplication must run: npm run
            dedup.
          </Empty>
        ) : (
          <Table
            label="Latest duplicates"
            rows={duplicates}
            keyOf={({ source }) => `${source.topic}/${source.partition}/${source.offset}`}
            isTall
            columns={[
              {
                title: 'Transaction',
                isHead: true,
                cell: ({ id }: Duplicate) => <FollowLink kind="transaction" id={id} />,
              },
              { title: 'First seen (UTC)', isNumber: true, cell: ({ firstSeenAt }) => timeText(firstSeenAt) },
              { title: 'Seen again (UTC)', isNumber: true, cell: ({ seenAgainAt }) => timeText(seenAgainAt) },
              { title: 'Distance', isNumber: true, cell: distance },
              { title: 'The copy', cell: ({ source }) => <PlaceLink {...source} /> },
            ]}
          />
        )}
      </Card>
    </>
  )
}

/** By the events' own times, so a copy that was sent late may be older than the first sight. */
function distance({ firstSeenAt, seenAgainAt }: Duplicate): string {
  const seconds = (seenAgainAt - firstSeenAt) / 1000
  return seconds < 0 ? `−${spanText(-seconds)}` : spanText(seconds)
}
