import type { ReactNode } from 'react'
import { hashOf } from '../../../../web/client/route.ts'
import { visibleText } from '../../../../web/client/visible-text.ts'
import type { ConfiguredTopic, PartitionsState } from '../../protocol.ts'
import { useLive } from '../live/events.ts'
import { useCatalog, useFetched } from '../live/fetched.ts'
import { addressOf } from '../live/records.ts'
import { bytesText, countText, rateText } from '../parts/format.ts'
import { Card, Empty, Figure, PageHead } from '../parts/layout.tsx'
import { type Column, Table } from '../parts/table.tsx'
import { RecordBrowser } from './browser.tsx'
import { Configuration } from './configuration.tsx'

const REFRESH_MS = 2_000

type Partition = PartitionsState['partitions'][number]

/** One topic: what the catalog says of it, its partitions and their readers, and its records. */
export function Topic({
  name,
  configured,
}: {
  readonly name: string
  readonly configured: ConfiguredTopic | undefined
}): ReactNode {
  const live = useLive('cluster')?.topics.find(({ topic }) => topic === name)
  const partitions = useFetched<PartitionsState>(
    addressOf('/api/partitions', { topic: name }),
    REFRESH_MS,
  ).data
  const declared = useCatalog()?.topics.find((topic) => topic.name === name)
  return (
    <>
      <p className="crumb">
        <a href={hashOf(['topics'])}>Topics</a>
      </p>
      <PageHead title={visibleText(name)}>
        {declared?.description ?? 'The catalog does not declare this topic.'}
      </PageHead>
      <div className="figures">
        <Figure label="Rate" value={rateText(live?.producedPerSecond)} />
        <Figure label="Offsets held" value={countText(live?.offsets)} note="transaction markers included" />
        <Figure label="Size on disk" value={bytesText(configured?.bytes)} />
        <Figure label="Partitions" value={countText(live?.partitions)} />
      </div>
      <RecordBrowser topic={name} />
      <div className="topic-parts">
        <Card title="Partitions and readers">
          {partitions && partitions.partitions.length > 0 ? (
            <Table
              label="Partitions and readers"
              rows={partitions.partitions}
              keyOf={({ partition }) => String(partition)}
              columns={[...PARTITION_COLUMNS, ...partitions.groups.map(lagColumn)]}
            />
          ) : (
            <Empty command="playstream topics apply">The cluster has no such topic yet.</Empty>
          )}
        </Card>
        <Card title="Declaration" aside={configured && <Configuration topic={configured} />}>
          {declared && (
            <dl className="pairs">
              <dt>Key</dt>
              <dd>{declared.key ?? 'none'}</dd>
              <dt>Value</dt>
              <dd>{declared.format}</dd>
              <dt>Kept for</dt>
              <dd>{declared.retention}</dd>
              <dt>Partitions</dt>
              <dd>{declared.partitions}</dd>
              <dt>Written by</dt>
              <dd>{declared.writers.join(', ')}</dd>
              <dt>Read by</dt>
              <dd>{declared.readers.join(', ')}</dd>
            </dl>
          )}
          {configured?.differences.map((difference) => (
            <p key={difference} className="note tone-warn">
              {visibleText(difference)}
            </p>
          ))}
        </Card>
      </div>
    </>
  )
}

const PARTITION_COLUMNS: readonly Column<Partition>[] = [
  { title: 'Partition', isHead: true, cell: ({ partition }) => partition },
  { title: 'Start', isNumber: true, cell: ({ start }) => countText(start) },
  { title: 'End', isNumber: true, cell: ({ stable }) => countText(stable) },
]

function lagColumn({ group, partitions }: PartitionsState['groups'][number]): Column<Partition> {
  return {
    title: `Lag of ${visibleText(group)}`,
    isNumber: true,
    cell: ({ partition }) => countText(partitions[partition]?.lag),
  }
}
