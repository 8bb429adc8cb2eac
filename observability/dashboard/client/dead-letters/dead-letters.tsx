import type { ReactNode } from 'react'
import type { DeadLetterRow, DeadLettersState } from '../../protocol.ts'
import { useLive } from '../live/events.ts'
import { countText, timeText } from '../parts/format.ts'
import { Card, Empty, PageHead } from '../parts/layout.tsx'
import { Table } from '../parts/table.tsx'
import { PlaceLink, Text, TopicLink } from '../parts/text.tsx'

type Count = DeadLettersState['counts'][number]

/** Records that no processor could process: how many, why, and where they lay. */
export function DeadLetters(): ReactNode {
  const state = useLive('dead-letters')
  const counts = [...(state?.counts ?? [])].sort((one, other) => other.count - one.count)
  return (
    <>
      <PageHead title="Dead letters">
        A record that cannot be processed goes unchanged to the dead-letter topic of its input, with the
        reason in headers. The pipeline goes on. Replay records with <code>playstream dlq replay</code>.
      </PageHead>
      {counts.length === 0 ? (
        <Card title="Dead letters">
          <Empty>No dead letters: every record could be processed.</Empty>
        </Card>
      ) : (
        <>
          <Card title="By topic and reason">
            <Table
              label="Dead letters by topic and reason"
              rows={counts}
              keyOf={({ topic, reason }) => `${topic} ${reason}`}
              columns={[
                { title: 'Topic', isHead: true, cell: ({ topic }: Count) => <TopicLink name={topic} /> },
                { title: 'Reason', cell: ({ reason }: Count) => <Text mono>{reason}</Text> },
                { title: 'Records', isNumber: true, cell: ({ count }: Count) => countText(count) },
              ]}
            />
          </Card>
          <Card title="Latest" aside={<span className="soft">newest first</span>}>
            <Table
              label="Latest dead letters"
              rows={state?.latest ?? []}
              keyOf={({ topic, partition, offset }) => `${topic}/${partition}/${offset}`}
              isTall
              columns={[
                { title: 'Dead letter', isHead: true, cell: (row: DeadLetterRow) => <PlaceLink {...row} /> },
                { title: 'Time (UTC)', isNumber: true, cell: ({ at }: DeadLetterRow) => timeText(at) },
                { title: 'Reason', cell: ({ reason }: DeadLetterRow) => <Text mono>{reason}</Text> },
                {
                  title: 'Where it lay',
                  cell: ({ origin }: DeadLetterRow) =>
                    origin ? <PlaceLink {...origin} /> : <span className="soft">its headers do not say</span>,
                },
                { title: 'Processor', cell: ({ processor }: DeadLetterRow) => <Text mono>{processor}</Text> },
                { title: 'Message', cell: ({ message }: DeadLetterRow) => <Message text={message} /> },
              ]}
            />
          </Card>
        </>
      )}
    </>
  )
}

function Message({ text }: { readonly text: string }): ReactNode {
  return <Text>{text.length > 160 ? `${text.slice(0, 160)}…` : text}</Text>
}
