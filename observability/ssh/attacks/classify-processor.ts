import { topic } from '../../../catalog/topics.ts'
import { type DeclaredProcessor, UnprocessableRecord } from '../../../streams/runtime/processor.ts'
import { jsonCodec } from '../../../streams/store/json-codec.ts'
import { lineReader } from '../../formats/line-reader.ts'
import type { LogLine } from '../../formats/log-line.ts'
import { type JsonObject, readJsonObject, textOf, wholeNumberOf } from '../../formats/text/json-object.ts'
import { UTC } from '../../formats/time/time-zone.ts'
import type { Mode } from '../rules/mode.ts'
import { SESSION_MS } from '../sessions/classifier.ts'
import { classifyLine } from '../sessions/classify.ts'
import type { Session } from '../sessions/session.ts'
import { noLaterThan, ownTimeOf } from './event-time.ts'
import { LONGEST_HOST } from './host.ts'

/** The counter of failed logins. */
export const FAILURE = 'failure'

const EVENTS = topic('ssh-events').name
const BY_HOST = topic('ssh-events-by-host').name

/** A connection in the store. */
interface Kept {
  readonly session: Session
  /** The pid of the connection: pids that differ by a multiple of SLOTS share an entry. */
  readonly pid: number
  /** The time of its last line by the clock of its host, in ms since the epoch. */
  readonly seenAt: number
}

/** At most so many connections of each host are remembered: it bounds the store when a log of years is shipped in an hour. */
const SLOTS = 2 ** 16
/**
 * How long a connection is kept, in stream time: lines that belong together may be shipped in pieces, and a timestamp that is
 * as far ahead as a broker allows must not make the store forget.
 */
const KEPT_MS = SESSION_MS + 2 * 60 * 60_000

/**
 * Classifies the log lines of `logs`, which are keyed by host: events of sshd go to `ssh-events`, keyed by remote address, or
 * by host if no address is known; failures and successes also go to `ssh-events-by-host`. What is known of a connection is
 * in the store of its host’s partition, and expires by the clock of its host.
 */
export function classifyProcessor(mode: Mode): DeclaredProcessor<Kept, LogLine> {
  return {
    name: 'ssh-classify',
    codec: jsonCodec<Kept>(),
    read({ value, timestamp }) {
      // Stream time only bounds the store: whether a connection continues is decided by the clock of its host.
      const line = lineOf(value, timestamp)
      const { length } = line.host ?? ''
      if (length > LONGEST_HOST)
        throw new UnprocessableRecord(
          'NOT_JSON',
          `the value's host has ${length} characters, more than the name of any host`,
        )
      return { event: line, eventTime: timestamp }
    },
    process({ headers, timestamp }, { store, streamTime, forward, count }, line) {
      const { pid } = line
      const seenAt = line.timestamp ?? timestamp
      const key = pid === null ? undefined : Buffer.from(`${pid % SLOTS} ${line.host ?? ''}`)
      const kept = key && store.get(key)
      const isIts = kept?.session && kept.pid === pid && Math.abs(seenAt - kept.seenAt) < SESSION_MS
      const before = isIts ? kept.session : undefined
      const classified = classifyLine(line, before, mode)
      if (!classified) return
      const { event, session } = classified
      if (event.outcome === 'failure') count(FAILURE)
      const bytes = Buffer.from(JSON.stringify(event))
      const host = Buffer.from(line.host ?? '')
      const address = event.remoteAddress === undefined ? host : Buffer.from(event.remoteAddress)
      forward(EVENTS, { key: address, value: bytes, headers, timestamp })
      if (event.outcome !== 'info') forward(BY_HOST, { key: host, value: bytes, headers, timestamp })
      if (key && pid !== null && session) store.put(key, { session, pid, seenAt }, streamTime + KEPT_MS)
      else if (key && before) store.delete(key)
    },
  }
}

/** @throws UnprocessableRecord for a value that is not a log record */
function lineOf(value: Buffer | null, timestamp: number): LogLine {
  if (value === null) throw new UnprocessableRecord('NO_VALUE', 'the record has no value')
  const record = readJsonObject(value.toString())
  if (record === undefined)
    throw new UnprocessableRecord('NOT_JSON', `the value is not a log record: it must be ${WANTED}`)
  const { message, app } = record
  // Most records come from our shipper, which has already parsed the line.
  if (typeof message === 'string' && typeof app === 'string') return shippedLine(record, message, timestamp)
  const line = lineReader('auto', { zone: UTC, reference: () => timestamp })(value)
  if (!line.readable)
    throw new UnprocessableRecord('NOT_JSON', `the value is not a log record: it must be ${WANTED}`)
  const own = ownTimeOf(record['timestamp']) ?? line.timestamp
  return { ...line, timestamp: noLaterThan(timestamp, own) }
}

const WANTED = 'a JSON object with a message'

function shippedLine(record: JsonObject, message: string, timestamp: number): LogLine {
  return {
    timestamp: noLaterThan(timestamp, ownTimeOf(record['timestamp'])),
    host: textOf(record['host']),
    app: textOf(record['app']),
    pid: wholeNumberOf(record['pid']),
    facility: textOf(record['facility']),
    severity: textOf(record['severity']),
    message,
    remoteAddress: textOf(record['remoteAddress']),
    format: 'plain',
    readable: true,
  }
}
