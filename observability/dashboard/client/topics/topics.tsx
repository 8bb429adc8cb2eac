import type { ReactNode } from 'react'
import { useRoute } from '../../../../web/client/route.ts'
import type { ConfiguredTopic, TopicsState } from '../../protocol.ts'
import { useLive } from '../live/events.ts'
import { useCatalog, useFetched } from '../live/fetched.ts'
import { bytesText, countText, rateText } from '../parts/format.ts'
import { Card, Empty, PageHead } from '../parts/layout.tsx'
import { Table } from '../parts/table.tsx'
import { TopicLink } from '../parts/text.tsx'
import { Configuration } from './configuration.tsx'
import { Topic } from './topic.tsx'
import './topics.css'

const REFRESH_MS = 10_000

/** All topics, or the one that the address names. */
export function Topics(): ReactNode {
  const [, name] = useRoute().path
  const configured = useFetched<TopicsState>('/api/topics', REFRESH_MS)
  if (name !== undefined) {
    return (
      <Topic
        key={name}
        name={name}
        configured={configured.data?.topics.find((topic) => topic.name === name)}
      />
    )
  }
  return <TopicList topics={configured.data?.topics} error={configured.error} />
}

function TopicList({
  topics,
  error,
}: {
  readonly topics: readonly ConfiguredTopic[] | undefined
  readonly error: string | undefined
}): ReactNode {
  const live = useLive('cluster')?.topics
  const declared = useCatalog()?.topics
  const seen = (name: string) => live?.find(({ topic }) => topic === name)
  const description = (name: string) => declared?.find((topic) => topic.name === name)?.description ?? ''
  return (
    <>
      <PageHead title="Topics">
        Every topic of the cluster and of the catalog. Open one to see its partitions and to browse its
        records.
      </PageHead>
      <Card
        title="All topics"
        aside={<span className="soft">{topics ? `${topics.length} topics` : ''}</span>}
      >
        {topics === undefined ? (
          <Empty>
            {error === undefined ? 'Asking the cluster…' : `The cluster does not answer: ${error}`}
          </Empty>
        ) : (
          <Table
            label="All topics"
            rows={topics}
            keyOf={({ name }) => name}
            columns={[
              {
                title: 'Topic',
                isHead: true,
                cell: ({ name }: ConfiguredTopic) => <TopicLink name={name} />,
              },
              { title: 'Configuration', cell: (topic) => <Configuration topic={topic} /> },
              { title: 'Rate', isNumber: true, cell: ({ name }) => rateText(seen(name)?.producedPerSecond) },
              { title: 'Offsets held', isNumber: true, cell: ({ name }) => countText(seen(name)?.offsets) },
              { title: 'Size', isNumber: true, cell: ({ bytes }) => bytesText(bytes) },
              { title: 'Partitions', isNumber: true, cell: ({ name }) => countText(seen(name)?.partitions) },
              {
                title: 'Description',
                cell: ({ name }) => <span className="soft description">{description(name)}</span>,
              },
            ]}
          />
        )}
      </Card>
    </>
  )
}
