import { type ReactNode, useEffect, useRef } from 'react'
import { type ColorScheme, useColorScheme } from '../../../../web/client/color-scheme.ts'
import { hashOf, useRoute } from '../../../../web/client/route.ts'
import { useConnection, useLive } from '../live/events.ts'
import { Empty, PageHead } from '../parts/layout.tsx'
import { VIEWS } from './nav.ts'
import { Notices } from './notices.tsx'
import { ViewBoundary } from './view-boundary.tsx'
import './shell.css'

/** The frame of all views: navigation, state of the connection, and the view of the present route. */
export function Shell(): ReactNode {
  const [name = ''] = useRoute().path
  const view = VIEWS.find((one) => one.name === name)
  const main = useRef<HTMLElement>(null)
  const before = useRef(name)
  useEffect(() => {
    main.current?.ownerDocument
      .querySelector('nav [aria-current]')
      ?.scrollIntoView({ block: 'nearest', inline: 'center' })
    if (before.current === name) return
    before.current = name
    // A new view begins at its top, for the eye and for a screen reader.
    scrollTo(0, 0)
    main.current?.querySelector('h1')?.focus({ preventScroll: true })
  }, [name])
  return (
    <div className="shell">
      <button type="button" className="skip" onClick={() => main.current?.focus()}>
        Skip to the content
      </button>
      <header className="bar">
        <a className="brand plain" href={hashOf([])}>
          <svg viewBox="0 0 32 32" width="22" height="22" aria-hidden="true">
            <rect width="32" height="32" rx="8" fill="#0f766e" />
            <path d="M7 11h12M7 16h18M7 21h9" stroke="#fff" strokeWidth="3" strokeLinecap="round" />
            <circle cx="23" cy="11" r="2.5" fill="#fbbf24" />
          </svg>
          Playstream
        </a>
        <nav aria-label="Views">
          {VIEWS.map(({ name: one, title, icon }) => (
            <a
              key={one}
              href={hashOf(one === '' ? [] : [one])}
              className="plain"
              aria-current={one === name ? 'page' : undefined}
            >
              <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
                <path
                  d={icon}
                  fill="none"
                  stroke="currentColor"
                  strokeWidth="1.4"
                  strokeLinejoin="round"
                  strokeLinecap="round"
                />
              </svg>
              {title}
            </a>
          ))}
        </nav>
        <div className="bar-foot">
          <ConnectionState />
          <SchemeChoice />
        </div>
      </header>
      <main ref={main} tabIndex={-1}>
        <Notices />
        {view ? (
          <ViewBoundary key={name}>
            <view.View />
          </ViewBoundary>
        ) : (
          <>
            <PageHead title="No such view" />
            <Empty>
              This address leads nowhere. <a href={hashOf([])}>Go to the overview</a>.
            </Empty>
          </>
        )}
      </main>
    </div>
  )
}

const CONNECTIONS = { connecting: 'Connecting', live: 'Live', lost: 'Connection lost' } as const

function ConnectionState(): ReactNode {
  const connection = useConnection()
  const error = useLive('cluster')?.error ?? null
  const isWell = connection === 'live' && error === null
  const text = connection === 'live' && error !== null ? 'No answer from Kafka' : CONNECTIONS[connection]
  const tone = isWell ? 'good' : connection === 'connecting' ? 'plain' : 'bad'
  return <output className={`connection tone-${tone}`}>{text}</output>
}

const SCHEMES: readonly { readonly value: ColorScheme; readonly label: string }[] = [
  { value: 'system', label: 'Auto' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
]

function SchemeChoice(): ReactNode {
  const [scheme, choose] = useColorScheme()
  return (
    <fieldset className="segments">
      <legend className="hidden">Colour scheme</legend>
      {SCHEMES.map(({ value, label }) => (
        <label key={value}>
          <input
            type="radio"
            name="scheme"
            className="hidden"
            checked={scheme === value}
            onChange={() => choose(value)}
          />
          <span>{label}</span>
        </label>
      ))}
    </fieldset>
  )
}
