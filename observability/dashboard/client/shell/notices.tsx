import type { ReactNode } from 'react'
import { visibleText } from '../../../../web/client/visible-text.ts'
import { useConnection, useLive } from '../live/events.ts'

/** The hash of the page that this browser runs, from the address of its script. */
const OWN_PAGE = document
  .querySelector<HTMLScriptElement>('script[src*="/page-"]')
  ?.src.match(/page-(\w+)\.js/)?.[1]

/** What is wrong with what the page shows, and what to do about it. */
export function Notices(): ReactNode {
  const connection = useConnection()
  const error = useLive('cluster')?.error ?? null
  const page = useLive('server')?.page
  return (
    <div role="status">
      {connection === 'lost' && (
        <p className="notice tone-bad">
          The connection to the dashboard is lost; the figures are the last ones. It is tried again every
          second.
        </p>
      )}
      {connection === 'live' && error !== null && (
        <p className="notice tone-warn">
          The cluster does not answer; the figures are the last ones: {visibleText(error)}
        </p>
      )}
      {page !== undefined && page !== OWN_PAGE && (
        <p className="notice tone-plain">
          The dashboard was updated.{' '}
          <button type="button" className="small" onClick={() => location.reload()}>
            Reload the page
          </button>
        </p>
      )}
    </div>
  )
}
