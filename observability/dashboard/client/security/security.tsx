import { type ReactNode, useState } from 'react'
import { visibleText } from '../../../../web/client/visible-text.ts'
import type { Attack } from '../../protocol.ts'
import { useLive } from '../live/events.ts'
import { clockText, countText, timeText } from '../parts/format.ts'
import { Card, Empty, Figure, PageHead } from '../parts/layout.tsx'
import { Table } from '../parts/table.tsx'
import { FollowLink, Text } from '../parts/text.tsx'
import { Badge } from '../parts/verdict.tsx'
import { LogLines } from './log-lines.tsx'
import { Timeline } from './timeline.tsx'
import { type Worst, worstAddresses, worstUsers } from './worst.ts'
import './security.css'

const MOST_WORST = 10

/** Attacks on the platform's SSH daemons, from `ssh-attacks`. */
export function Security(): ReactNode {
  const state = useLive('attacks')
  const now = useLive('cluster')?.at ?? 0
  const [selected, setSelected] = useState<string>()
  const attacks = state?.attacks ?? []
  const attack = attacks.find(({ id }) => id === selected)
  const open = attacks.filter(({ state: one }) => one !== 'closed')
  if (attacks.length === 0) {
    return (
      <>
        <Head />
        <Card title="Attacks">
          <Empty command="npm run ssh:detect">
            No attacks in the topic ssh-attacks. The detector reads the topic logs; npm run logs:ship fills
            it.
          </Empty>
        </Card>
      </>
    )
  }
  return (
    <>
      <Head />
      <div className="figures">
        <Figure label="Open attacks" value={countText(state?.open)} tone={state?.open ? 'bad' : 'plain'} />
        <Figure
          label="Critical"
          value={countText(open.filter(({ severity }) => severity === 'critical').length)}
          note="of the open ones"
        />
        <Figure
          label="By address"
          value={countText(open.filter(({ scope }) => scope === 'address').length)}
          note="open"
        />
        <Figure
          label="On hosts"
          value={countText(open.filter(({ scope }) => scope === 'host').length)}
          note="open"
        />
      </div>
      <Card title="Timeline of the latest attacks">
        <Timeline attacks={attacks} now={now} />
      </Card>
      {attack && <LogLines attack={attack} onClose={() => setSelected(undefined)} />}
      <Card title="Attacks" aside={<span className="soft">open ones first</span>}>
        <Table
          label="Attacks"
          rows={attacks}
          keyOf={({ id }) => id}
          isTall
          columns={columns(selected, setSelected)}
        />
      </Card>
      <div className="split">
        <WorstTable title="Worst addresses" rows={worstAddresses(attacks, MOST_WORST)} isAddress />
        <WorstTable title="Users tried most" rows={worstUsers(attacks, MOST_WORST)} />
      </div>
    </>
  )
}

function Head(): ReactNode {
  return (
    <PageHead title="Security">
      Attacks on the SSH daemons, found in the platform’s own log lines, by remote address and by attacked
      host.
    </PageHead>
  )
}

function columns(selected: string | undefined, select: (id: string | undefined) => void) {
  return [
    { title: 'Who', isHead: true, cell: (attack: Attack) => <Who attack={attack} /> },
    { title: 'State', cell: (attack: Attack) => <State attack={attack} /> },
    { title: 'Kind', cell: ({ kind }: Attack) => <Text>{kind}</Text> },
    { title: 'Attempts', isNumber: true, cell: ({ attempts }: Attack) => countText(attempts) },
    {
      title: 'Evidence',
      cell: ({ id }: Attack) => (
        <button
          type="button"
          className="small"
          aria-pressed={selected === id}
          aria-label={`Log lines of ${visibleText(id)}`}
          onClick={() => select(selected === id ? undefined : id)}
        >
          Log lines
        </button>
      ),
    },
    { title: 'Users', cell: ({ users }: Attack) => <Text>{few(users)}</Text> },
    { title: 'Hosts', cell: ({ hosts }: Attack) => <Text>{few(hosts)}</Text> },
    { title: 'First (UTC)', isNumber: true, cell: ({ first }: Attack) => <Moment time={first} /> },
    { title: 'Last (UTC)', isNumber: true, cell: ({ last }: Attack) => <Moment time={last} /> },
  ]
}

function Who({ attack: { scope, addresses, hosts } }: { readonly attack: Attack }): ReactNode {
  if (scope === 'host') {
    return (
      <span className="mono">
        <span className="soft">on </span>
        <Text>{hosts[0] ?? 'unknown'}</Text>
      </span>
    )
  }
  return addresses[0] === undefined ? 'unknown' : <FollowLink kind="address" id={addresses[0]} />
}

function State({ attack: { state, severity } }: { readonly attack: Attack }): ReactNode {
  if (state === 'closed') return <Badge tone="plain">over</Badge>
  return (
    <Badge tone={severity === 'critical' ? 'bad' : 'warn'}>
      {severity === 'critical' ? 'critical' : 'open'}
    </Badge>
  )
}

function WorstTable({
  title,
  rows,
  isAddress = false,
}: {
  readonly title: string
  readonly rows: readonly Worst[]
  readonly isAddress?: boolean
}): ReactNode {
  return (
    <Card title={title}>
      <Table
        label={title}
        rows={rows}
        keyOf={({ name }) => name}
        columns={[
          {
            title: isAddress ? 'Address' : 'User',
            isHead: true,
            cell: ({ name }: Worst) =>
              isAddress ? <FollowLink kind="address" id={name} /> : <Text mono>{name}</Text>,
          },
          { title: 'Attempts', isNumber: true, cell: ({ attempts }: Worst) => countText(attempts) },
          { title: 'Attacks', isNumber: true, cell: (row: Worst) => countText(row.attacks) },
        ]}
      />
    </Card>
  )
}

/** The first few of a list, and how many more there are. */
function few(names: readonly string[]): string {
  const shown = names
    .slice(0, 2)
    .map((name) => name.slice(0, 40))
    .join(', ')
  return names.length > 2 ? `${shown} and ${names.length - 2} more` : shown
}

function Moment({ time }: { readonly time: string }): ReactNode {
  const at = Date.parse(time)
  return Number.isNaN(at) ? <Text>{time}</Text> : <span title={timeText(at)}>{clockText(at)}</span>
}
