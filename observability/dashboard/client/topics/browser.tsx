import { type FormEvent, type ReactNode, useEffect, useId } from 'react'
import { hashOf, useRoute } from '../../../../web/client/route.ts'
import { visibleText } from '../../../../web/client/visible-text.ts'
import { countText } from '../parts/format.ts'
import { Card, Empty } from '../parts/layout.tsx'
import { RecordItem } from '../parts/record.tsx'
import { type Search, useScan } from './use-scan.ts'

const FIELDS = ['from', 'to', 'key', 'partitions', 'filter', 'limit'] as const

/** Looks into a topic's records. The search is a part of the address, so that it can be shared. */
export function RecordBrowser({ topic }: { readonly topic: string }): ReactNode {
  const { query } = useRoute()
  const search = searchOf(topic, query)
  const scan = useScan()
  const { start, cancel, state } = scan
  const asked = JSON.stringify(search)
  useEffect(() => {
    start(JSON.parse(asked) as Search)
    return cancel
  }, [asked, start, cancel])
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const given = Object.fromEntries(FIELDS.map((name) => [name, String(form.get(name) ?? '').trim()]))
    const uncommitted = form.get('uncommitted') === 'on' ? 'true' : undefined
    const tail =
      (event.nativeEvent as SubmitEvent).submitter?.getAttribute('value') === 'tail' ? 'true' : undefined
    const hash = hashOf(['topics', topic], { ...given, uncommitted, tail })
    if (location.hash === hash) start(search)
    else location.hash = hash
  }
  return (
    <Card
      title="Records"
      aside={<span className="soft">committed records only, unless asked; times in UTC</span>}
    >
      <SearchForm
        key={asked}
        search={search}
        isRunning={state.isRunning}
        onSubmit={submit}
        onCancel={cancel}
      />
      <Status {...scan} />
      {state.records.length > 0 ? (
        <div className="records">
          {state.records.map((record) => (
            <RecordItem key={`${record.partition}/${record.offset}`} record={record} />
          ))}
        </div>
      ) : (
        <Empty>
          {state.isRunning
            ? 'Reading…'
            : state.error === undefined
              ? 'No record matches.'
              : 'Nothing was read.'}
        </Empty>
      )}
    </Card>
  )
}

function searchOf(topic: string, query: URLSearchParams): Search {
  const of = (name: string, otherwise = '') => query.get(name) || otherwise
  return {
    topic,
    from: of('from', '-200'),
    to: of('to', 'end'),
    key: of('key'),
    partitions: of('partitions'),
    filter: of('filter'),
    limit: of('limit', '100'),
    uncommitted: of('uncommitted'),
    isTail: query.get('tail') === 'true',
  }
}

function SearchForm({
  search,
  isRunning,
  onSubmit,
  onCancel,
}: {
  readonly search: Search
  readonly isRunning: boolean
  readonly onSubmit: (event: FormEvent<HTMLFormElement>) => void
  readonly onCancel: () => void
}): ReactNode {
  const help = useId()
  const field = (name: (typeof FIELDS)[number], label: string, className: string) => (
    <label className={className}>
      {label}
      <input
        name={name}
        defaultValue={search[name]}
        autoComplete="off"
        spellCheck={false}
        aria-describedby={help}
      />
    </label>
  )
  return (
    <form className="search" onSubmit={onSubmit}>
      <div className="form">
        {field('from', 'From', 'narrow')}
        {field('to', 'To', 'narrow')}
        {field('key', 'Key', 'narrow')}
        {field('partitions', 'Partitions', 'narrow')}
        {field('filter', 'Filter', 'grow')}
        {field('limit', 'At most', 'narrow')}
      </div>
      <div className="form">
        <button type="submit" className="primary" value="scan">
          Search
        </button>
        <button type="submit" value="tail">
          Live tail
        </button>
        <button type="button" onClick={onCancel} disabled={!isRunning}>
          Cancel
        </button>
        <label className="choice">
          <input type="checkbox" name="uncommitted" defaultChecked={search.uncommitted === 'true'} />
          Also open and aborted transactions
        </label>
      </div>
      <details id={help} className="note">
        <summary>What can be written here</summary>
        <p>
          <b>From, To</b>: start, end, an offset such as 120, the latest records such as -200, or a time such
          as 2026-01-31T12:00:00Z. <b>Key</b>: only its one partition is read. <b>Partitions</b>: 0,3.{' '}
          <b>Filter</b>: a path into the decoded value, an operator (= != &lt; &lt;= &gt; &gt;= ~) and a
          value, joined by and: <code>health &lt; 20</code> <code>items.*.sku = skin-tide</code>{' '}
          <code>message ~ "Failed password"</code>
        </p>
      </details>
    </form>
  )
}

function Status({ state, more, search }: ReturnType<typeof useScan>): ReactNode {
  const { progress, tail, rest, isRunning, error } = state
  const share = progress && progress.total > 0 ? progress.passed / progress.total : isRunning ? 0 : 1
  return (
    <div className="scan-state">
      {search?.isTail !== true && (
        <progress value={share} max={1} aria-label="Part of the range that was read" />
      )}
      <span>
        {error !== undefined && <span className="tone-bad">{visibleText(error)} </span>}
        {tail && (
          <>
            Live: {countText(tail.shown)} of {countText(tail.matched)} matching shown, {countText(tail.read)}{' '}
            read
          </>
        )}
        {!tail && search?.isTail && isRunning && 'Live: waiting for records'}
        {progress && (
          <>
            {countText(progress.hits)} found in {countText(progress.scanned)} records,{' '}
            {countText(progress.passed)} of {countText(progress.total)} offsets
          </>
        )}
      </span>
      {!isRunning && rest !== '' && (
        <button type="button" className="small" onClick={more}>
          Scan on
        </button>
      )}
    </div>
  )
}
