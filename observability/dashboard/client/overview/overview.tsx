import type { ReactNode } from 'react'
import { hashOf } from '../../../../web/client/route.ts'
import type { ClusterState, GroupState } from '../../protocol.ts'
import { useLive } from '../live/events.ts'
import { useCatalog } from '../live/fetched.ts'
import { useRates } from '../live/history.ts'
import { countText, rateText, spanText } from '../parts/format.ts'
import { Card, Empty, Figure, PageHead } from '../parts/layout.tsx'
import { Table } from '../parts/table.tsx'
import { Text, TopicLink } from '../parts/text.tsx'
import { toneOf, Verdict } from '../parts/verdict.tsx'
import { Lineage } from './lineage.tsx'
import './overview.css'

/** The platform at a glance: figures, the lineage, and how each consumer group is doing. */
export function Overview(): ReactNode {
  const cluster = useLive('cluster')
  const catalog = useCatalog()
  const groups = (cluster?.groups ?? []).filter(({ isDeclared, topics }) => isDeclared || topics.length > 0)
  return (
    <>
      <PageHead title="Overview">
        Events flow from producers through Kafka topics and processors. Every figure comes from the broker and
        is at most two seconds old.
      </PageHead>
      <Figures cluster={cluster} />
      <Card title="Lineage">
        {catalog ? <Lineage catalog={catalog} cluster={cluster} /> : <Empty>Reading the catalog…</Empty>}
      </Card>
      <Card title="Consumer groups">
        {groups.length === 0 ? (
          <Empty command="npm start">The cluster has not answered yet.</Empty>
        ) : (
          <Table label="Consumer groups" rows={groups} keyOf={({ group }) => group} columns={COLUMNS} />
        )}
      </Card>
    </>
  )
}

const COLUMNS = [
  {
    title: 'Group',
    isHead: true,
    cell: ({ group, isDeclared }: GroupState) => <GroupName {...{ group, isDeclared }} />,
  },
  { title: 'Verdict', cell: (group: GroupState) => <Verdict group={group} /> },
  { title: 'Lag', isNumber: true, cell: ({ lag }: GroupState) => countText(lag) },
  { title: 'Reads', isNumber: true, cell: (group: GroupState) => rateText(group.consumedPerSecond) },
  { title: 'Backlog age', isNumber: true, cell: (group: GroupState) => spanText(group.backlogAgeSeconds) },
  { title: 'Event age', isNumber: true, cell: (group: GroupState) => spanText(group.eventAgeSeconds) },
  { title: 'Members', isNumber: true, cell: ({ members }: GroupState) => countText(members) },
  {
    title: 'Topics',
    cell: ({ topics }: GroupState) => topics.map((name) => <TopicLink key={name} name={name} />),
  },
] as const

function GroupName({ group, isDeclared }: Pick<GroupState, 'group' | 'isDeclared'>): ReactNode {
  return (
    <span className="mono">
      <Text>{group}</Text>
      {!isDeclared && <span className="soft"> not declared</span>}
    </span>
  )
}

function Figures({ cluster }: { readonly cluster: ClusterState | undefined }): ReactNode {
  const latest = useRates().at(-1)
  const attacks = useLive('attacks')
  const deadLetters = useLive('dead-letters')
  const declared = (cluster?.groups ?? []).filter(({ isDeclared }) => isDeclared)
  const unwell = declared.filter((group) => toneOf(group) === 'bad' || toneOf(group) === 'warn')
  const lag = cluster && declared.reduce((sum, group) => sum + group.lag, 0)
  const rate =
    latest && (latest.rates.gameEvents ?? 0) + (latest.rates.transactions ?? 0) + (latest.rates.logLines ?? 0)
  const { counts } = cluster ?? {}
  return (
    <div className="figures">
      <Figure
        label="Events in"
        value={rateText(rate)}
        note={`game ${rateText(latest?.rates.gameEvents)}`}
        href={hashOf(['topics'])}
      />
      <Figure
        label="Unique"
        value={countText(counts?.unique)}
        note={rateText(latest?.rates.unique)}
        href={hashOf(['dedup'])}
      />
      <Figure
        label="Duplicates caught"
        value={countText(counts?.duplicates)}
        note={rateText(latest?.rates.duplicates)}
        href={hashOf(['dedup'])}
      />
      <Figure
        label="Dead letters"
        value={countText(deadLetters?.counts.reduce((sum, { count }) => sum + count, 0))}
        note={rateText(latest?.rates.deadLetters)}
        href={hashOf(['dead-letters'])}
      />
      <Figure
        label="Open attacks"
        value={countText(attacks?.open)}
        note="on SSH daemons"
        tone={attacks?.open ? 'bad' : 'plain'}
        href={hashOf(['security'])}
      />
      <Figure
        label="Lag"
        value={countText(lag)}
        note={
          unwell.length === 0
            ? 'all groups keep up'
            : `${unwell.length} of ${declared.length} groups not well`
        }
        tone={unwell.length === 0 ? 'plain' : 'warn'}
      />
    </div>
  )
}
