import type { FormEvent, ReactNode } from 'react'
import { prettyJson } from '../../../../web/client/exact-json.ts'
import { hashOf, useRoute } from '../../../../web/client/route.ts'
import { visibleText } from '../../../../web/client/visible-text.ts'
import type { FollowKind } from '../../protocol.ts'
import { useLive } from '../live/events.ts'
import { countText, timeText } from '../parts/format.ts'
import { Card, Empty, PageHead } from '../parts/layout.tsx'
import { FollowLink, PlaceLink, Text } from '../parts/text.tsx'
import { type FollowState, type Step, useFollow } from './use-follow.ts'
import './follow.css'

const KINDS: readonly { readonly kind: FollowKind; readonly label: string }[] = [
  { kind: 'transaction', label: 'Transaction id' },
  { kind: 'player', label: 'Player' },
  { kind: 'address', label: 'Remote address' },
]

/** Where to begin in each topic: a topic of millions of records takes a while. */
const LATEST = '-100000'

/** One transaction, player or address through every topic, as one timeline. */
export function Follow(): ReactNode {
  const { path, query } = useRoute()
  const [, given, id = ''] = path
  const from = query.get('from') ?? LATEST
  const kind = KINDS.find((one) => one.kind === given)?.kind ?? 'transaction'
  const { state, cancel } = useFollow(kind, id, from)
  return (
    <>
      <PageHead title="Follow">
        What every topic holds of one transaction, player or address, in the order of time, and what became of
        it.
      </PageHead>
      <Card title="What to follow">
        <FollowForm key={`${kind} ${id}`} kind={kind} id={id} />
        {id === '' && <Suggestions />}
      </Card>
      {id !== '' && (
        <Card title="Timeline" aside={<Progress state={state} onCancel={cancel} />}>
          <TopicStates state={state} />
          {from === LATEST && (
            <p className="soft note">
              The latest 100,000 records of each topic are read.{' '}
              <a href={hashOf(['follow', kind, id], { from: 'start' })}>Read the topics from their start</a>
            </p>
          )}
          {state.error !== undefined && <p className="tone-bad">{visibleText(state.error)}</p>}
          {state.steps.length === 0 ? (
            <Empty>{state.isRunning ? 'Reading the topics…' : 'No topic holds anything of it.'}</Empty>
          ) : (
            <ol className="steps">
              {state.steps.map((step) => (
                <StepItem
                  key={`${step.record.topic}/${step.record.partition}/${step.record.offset}`}
                  step={step}
                />
              ))}
            </ol>
          )}
        </Card>
      )}
    </>
  )
}

function FollowForm({ kind, id }: { readonly kind: FollowKind; readonly id: string }): ReactNode {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    location.hash = hashOf(['follow', String(form.get('kind')), String(form.get('id')).trim()])
  }
  return (
    <form className="form" onSubmit={submit}>
      <label className="medium">
        What
        <select name="kind" defaultValue={kind}>
          {KINDS.map((one) => (
            <option key={one.kind} value={one.kind}>
              {one.label}
            </option>
          ))}
        </select>
      </label>
      <label className="grow">
        Id
        <input name="id" defaultValue={id} required autoComplete="off" spellCheck={false} />
      </label>
      <button type="submit" className="primary">
        Follow
      </button>
    </form>
  )
}

/** Something to follow that is there at present. */
function Suggestions(): ReactNode {
  const duplicate = useLive('duplicates')?.[0]
  const player = useLive('players')
    ?.players.map(([name]) => name)
    .sort()[0]
  const address = useLive('attacks')?.attacks.find(({ scope }) => scope === 'address')?.addresses[0]
  if (!duplicate && !player && !address) return null
  return (
    <p className="soft suggestions">
      For example
      {duplicate && <FollowLink kind="transaction" id={duplicate.id} />}
      {player !== undefined && <FollowLink kind="player" id={player} />}
      {address !== undefined && <FollowLink kind="address" id={address} />}
    </p>
  )
}

function Progress({
  state,
  onCancel,
}: {
  readonly state: FollowState
  readonly onCancel: () => void
}): ReactNode {
  return (
    <span className="soft">
      {countText(state.steps.length)} records found in {countText(state.scanned)} read{' '}
      {state.isRunning && (
        <button type="button" className="small" onClick={onCancel}>
          Cancel
        </button>
      )}
    </span>
  )
}

function TopicStates({ state }: { readonly state: FollowState }): ReactNode {
  const read = [...state.topics].filter(([, topic]) => topic.state !== 'missing')
  return (
    <ul className="topic-states" aria-label="Topics">
      {read.map(([name, { state: one, hits }]) => (
        <li key={name} className={hits > 0 ? 'has-hits' : ''}>
          <span className="mono">{name}</span> {one === 'reading' ? '…' : countText(hits)}
        </li>
      ))}
    </ul>
  )
}

function StepItem({ step: { record, outcome } }: { readonly step: Step }): ReactNode {
  const { value, error } = record
  const isBad = outcome.startsWith('dead letter')
  const isSuppressed = outcome.startsWith('suppressed')
  return (
    <li className={isBad ? 'step-bad' : isSuppressed ? 'step-warn' : ''}>
      <div className="step-head">
        <time className="mono soft">{timeText(record.timestamp)}</time>
        <PlaceLink {...record} />
      </div>
      <p className="step-outcome">{visibleText(outcome)}</p>
      {value !== null && (
        <details>
          <summary className="mono soft">
            <Text>{value.slice(0, 160)}</Text>
          </summary>
          <pre className="value">
            <bdi>{visibleText(error === undefined ? prettyJson(value) : value, true)}</bdi>
          </pre>
        </details>
      )}
    </li>
  )
}
