import { type ReactNode, useEffect, useState } from 'react'
import type { PlayerRow, PlayersState } from '../../protocol.ts'
import { onLive, useLive } from '../live/events.ts'
import { countText, timeText, UNKNOWN } from '../parts/format.ts'
import { Card, Empty, PageHead } from '../parts/layout.tsx'
import { Table } from '../parts/table.tsx'
import { FollowLink } from '../parts/text.tsx'
import { FieldMap } from './map.tsx'
import './players.css'

/** The table changes this often; figures that change ten times per second cannot be read. */
const TABLE_MS = 1_000

/** The players on the field, and a table of them. */
export function Players(): ReactNode {
  const isKnown = useLive('cluster') !== undefined
  const state = useCalmPlayers()
  const [marked, setMarked] = useState<string>()
  const players = [...(state?.players ?? [])].sort(([one], [other]) => (one < other ? -1 : 1))
  const hasPlayers = players.length > 0
  return (
    <>
      <PageHead title="Players">
        The latest position and health of each player, from the topic player-state. The field is 1,000 by
        1,000 metres.
      </PageHead>
      {!hasPlayers && (
        <Card title="Field">
          <Empty command="npm run produce:game">
            {isKnown ? 'No players yet. The processor player-state must run as well.' : 'Connecting…'}
          </Empty>
        </Card>
      )}
      {hasPlayers && (
        <div className="players">
          <Card title="Field" aside={<Legend />}>
            <FieldMap selected={marked} />
          </Card>
          <Card
            title="All players"
            aside={<span className="soft">{countText(state?.total)} known</span>}
            className="players-table"
          >
            <Table
              label="Players"
              rows={players}
              keyOf={([id]) => id}
              isTall
              columns={[
                {
                  title: 'Player',
                  isHead: true,
                  cell: ([id]: PlayerRow) => <FollowLink kind="player" id={id} />,
                },
                { title: 'Health', isNumber: true, cell: ([, , , health]) => <Health value={health} /> },
                { title: 'x', isNumber: true, cell: ([, x]) => metres(x) },
                { title: 'y', isNumber: true, cell: ([, , y]) => metres(y) },
                {
                  title: 'Last event (UTC)',
                  isNumber: true,
                  cell: ([, , , , at]) => (at ? timeText(at).slice(11, 19) : UNKNOWN),
                },
                {
                  title: 'On the field',
                  cell: ([id]) => (
                    <button
                      type="button"
                      className="small"
                      aria-pressed={marked === id}
                      aria-label={`Mark ${id} on the field`}
                      onClick={() => setMarked(marked === id ? undefined : id)}
                    >
                      {marked === id ? 'Unmark' : 'Mark'}
                    </button>
                  ),
                },
              ]}
            />
          </Card>
        </div>
      )}
    </>
  )
}

function Legend(): ReactNode {
  return (
    <span className="legend">
      <span className="dot tone-good">above 60</span>
      <span className="dot tone-warn">above 25</span>
      <span className="dot tone-bad">low or dead</span>
    </span>
  )
}

function Health({ value }: { readonly value: number | null }): ReactNode {
  if (value === null) return UNKNOWN
  const tone = value > 60 ? 'good' : value > 25 ? 'warn' : 'bad'
  return (
    <span className="health">
      <span className={`health-bar tone-${tone}`} aria-hidden="true">
        <span style={{ width: `${Math.max(0, Math.min(100, value))}%` }} />
      </span>
      <span className="health-figure">{countText(value)}</span>
    </span>
  )
}

function metres(value: number | null): string {
  return value === null ? UNKNOWN : value.toFixed(1)
}

function useCalmPlayers(): PlayersState | undefined {
  const [state, setState] = useState<PlayersState>()
  useEffect(() => {
    let latest: PlayersState | undefined
    const stop = onLive('players', (next) => {
      if (latest === undefined || latest.players.length === 0) setState(next)
      latest = next
    })
    const timer = setInterval(() => setState(latest), TABLE_MS)
    return () => {
      stop()
      clearInterval(timer)
    }
  }, [])
  return state
}
