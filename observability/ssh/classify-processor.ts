import { topic } from '../../catalog/topics.ts'
import { jsonCodec } from '../../streams/json-codec.ts'
import { type Processor, UnprocessableRecord } from '../../streams/processor.ts'
import { readJsonObject, textOf, wholeNumberOf } from '../formats/json-object.ts'
import type { LogLine } from '../formats/log-line.ts'
import { SESSION_MS } from './classifier.ts'
import { classifyLine } from './classify.ts'
import { noLaterThan } from './event-time.ts'
import type { Mode } from './mode.ts'
import type { Session } from './session.ts'

const EVENTS = topic('ssh-events').name
const BY_HOST = topic('ssh-events-by-host').name

/**
 * Classifies the log lines of `logs`, which are keyed by host: what sshd said goes to `ssh-events`, keyed by remote address,
 * or by host where none is known, and what failed or succeeded to `ssh-events-by-host` too. What is known of a connection is
 * in the store of its host’s partition.
 */
export function classifyProcessor(mode: Mode): Processor<Session, LogLine> {
  return {
    name: 'ssh-classify',
    codec: jsonCodec<Session>(),
    read({ value, timestamp }) {
      const line = lineOf(value, timestamp)
      return { event: line, eventTime: noLaterThan(timestamp, line.timestamp) }
    },
    process({ headers, timestamp }, { store, streamTime, forward }, line) {
      const key = line.pid === null ? undefined : Buffer.from(`${line.pid} ${line.host ?? ''}`)
      const before = key && store.get(key)
      const classified = classifyLine(line, before, mode)
      if (!classified) return
      const { event, session } = classified
      if (key && session) store.put(key, session, streamTime + SESSION_MS)
      else if (key && before) store.put(key, before, streamTime)
      const bytes = Buffer.from(JSON.stringify(event))
      const host = Buffer.from(line.host ?? '')
      const address = event.remoteAddress === undefined ? host : Buffer.from(event.remoteAddress)
      forward(EVENTS, { key: address, value: bytes, headers, timestamp })
      if (event.outcome !== 'info') forward(BY_HOST, { key: host, value: bytes, headers, timestamp })
    },
  }
}

/** @throws UnprocessableRecord for a value that is no log record */
function lineOf(value: Buffer | null, timestamp: number): LogLine {
  if (value === null) throw new UnprocessableRecord('NO_VALUE', 'the record has no value')
  const record = readJsonObject(value.toString())
  const message = record?.['message']
  if (record === undefined || typeof message !== 'string')
    throw new UnprocessableRecord('NOT_JSON', 'the value is no log record: a JSON object with a message')
  return {
    timestamp: wholeNumberOf(record['timestamp']) ?? timestamp,
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
