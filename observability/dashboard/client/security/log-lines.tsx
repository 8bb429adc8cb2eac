import { type ReactNode, useEffect, useState } from 'react'
import { visibleText } from '../../../../web/client/visible-text.ts'
import type { ShownRecord } from '../../../browse/shown-record.ts'
import type { Attack } from '../../protocol.ts'
import { readLines } from '../live/json-lines.ts'
import { addressOf, type RecordLine } from '../live/records.ts'
import { timeText } from '../parts/format.ts'
import { Card, Empty } from '../parts/layout.tsx'
import { Text } from '../parts/text.tsx'

const MOST_LINES = 200
/** The shipper and the broker need a moment; a line may lie in the topic later than it was logged. */
const AROUND_MS = 60_000

/** The log lines behind an attack: those of its address, or of the host's SSH daemon, in the time of the attack. */
export function LogLines({
  attack,
  onClose,
}: {
  readonly attack: Attack
  readonly onClose: () => void
}): ReactNode {
  const [found, setFound] = useState<{ lines: readonly ShownRecord[]; state: string }>({
    lines: [],
    state: 'Reading…',
  })
  const { id, scope, addresses, hosts, first, last } = attack
  const address = logsAddress({ scope, addresses, hosts, first, last })
  useEffect(() => {
    const stop = new AbortController()
    setFound({ lines: [], state: 'Reading…' })
    readLines<RecordLine>(
      address,
      ({ hit, end }) => {
        if (hit) setFound(({ lines, state }) => ({ state, lines: [...lines, hit] }))
        if (end) {
          const state = end.rest === '' ? `${end.hits} lines` : `the first ${end.hits} lines`
          setFound(({ lines }) => ({ lines, state }))
        }
      },
      stop.signal,
    ).catch((error: Error) => setFound(({ lines }) => ({ lines, state: visibleText(error.message) })))
    return () => stop.abort()
  }, [address])
  const lines = [...found.lines].sort((one, other) => one.timestamp - other.timestamp)
  return (
    <Card
      title="Log lines behind the attack"
      aside={
        <span>
          <span className="soft">
            {visibleText(id)}: {found.state}{' '}
          </span>
          <button type="button" className="small" onClick={onClose}>
            Close
          </button>
        </span>
      }
    >
      {lines.length === 0 ? (
        <Empty>
          {found.state === 'Reading…' ? 'Reading the topic logs…' : 'The topic no longer holds these lines.'}
        </Empty>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls must be reachable by keyboard (WCAG 2.1.1)
        <ul className="lines" tabIndex={0} aria-label="Log lines">
          {lines.map((line) => (
            <li key={`${line.partition}/${line.offset}`}>
              <time>{timeText(line.timestamp)}</time>
              <Text>{messageOf(line)}</Text>
            </li>
          ))}
        </ul>
      )}
    </Card>
  )
}

function logsAddress({
  scope,
  addresses,
  hosts,
  first,
  last,
}: Pick<Attack, 'scope' | 'addresses' | 'hosts' | 'first' | 'last'>): string {
  const at = (time: string, more: number) => {
    const ms = Date.parse(time)
    return Number.isNaN(ms) ? undefined : new Date(ms + more).toISOString()
  }
  const which =
    scope === 'address'
      ? { filter: `message ~ ${JSON.stringify(addresses[0] ?? '')}` }
      : { key: hosts[0], filter: 'app ~ sshd' }
  return addressOf('/api/scan', {
    topic: 'logs',
    ...which,
    from: at(first, -AROUND_MS),
    to: at(last, AROUND_MS),
    limit: MOST_LINES,
  })
}

function messageOf({ value, key }: ShownRecord): string {
  try {
    const { host, app, message } = JSON.parse(value ?? '') as Record<string, unknown>
    return `${host} ${app}: ${message}`
  } catch {
    return `${key ?? ''} ${value ?? ''}`
  }
}
