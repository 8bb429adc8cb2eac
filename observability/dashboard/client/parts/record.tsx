import type { ReactNode } from 'react'
import { prettyJson } from '../../../../web/client/exact-json.ts'
import { visibleText } from '../../../../web/client/visible-text.ts'
import type { ShownRecord } from '../../../browse/shown-record.ts'
import { bytesText, timeText } from './format.ts'
import { Text } from './text.tsx'

/** A decoded record: one line, which opens to its headers and its whole value. */
export function RecordItem({ record }: { readonly record: ShownRecord }): ReactNode {
  const { partition, offset, timestamp, key, value, error, headers, size, clock } = record
  return (
    <details className="record">
      <summary>
        <span className="record-place mono">
          {partition}/{offset}
        </span>
        <time className="record-time mono">{timeText(timestamp)}</time>
        <span className="record-key mono">
          {key === null ? <i className="soft">no key</i> : <Text>{key}</Text>}
        </span>
        <span className={`record-value mono ${error === undefined ? '' : 'tone-warn'}`}>
          {value === null ? <i className="soft">no value</i> : <Text>{value.slice(0, 400)}</Text>}
        </span>
      </summary>
      <div className="record-body">
        {error !== undefined && <p className="note tone-warn">Not decoded: {visibleText(error)}</p>}
        {value !== null && (
          <pre className="value">
            <bdi>{visibleText(error === undefined ? prettyJson(value) : value, true)}</bdi>
          </pre>
        )}
        <dl className="pairs">
          <dt>Time</dt>
          <dd>
            {timeText(timestamp)} UTC, by the {clock}’s clock
          </dd>
          <dt>Size of the value</dt>
          <dd>{bytesText(size)}</dd>
          {headers.map(([name, text], index) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a name may occur several times, and headers never move
            <HeaderPair key={index} name={name} text={text} />
          ))}
        </dl>
      </div>
    </details>
  )
}

function HeaderPair({ name, text }: { readonly name: string; readonly text: string | null }): ReactNode {
  return (
    <>
      <dt>
        <Text mono>{name}</Text>
      </dt>
      <dd className="mono">{text === null ? <i className="soft">no value</i> : <Text>{text}</Text>}</dd>
    </>
  )
}
