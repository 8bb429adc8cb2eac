import type { LogLine } from './log-line.ts'
import { readTag } from './tag.ts'
import { type JsonObject, objectOf, textOf, wholeNumberOf } from './text/json-object.ts'
import { epochTime } from './time/epoch-time.ts'
import { isoTimeReader } from './time/iso-time.ts'
import type { LocalClock } from './time/local-clock.ts'

/**
 * The fields that log shippers and container runtimes use, by precedence. A dot leads into an object: `host.name` matches
 * both `{"host": {"name"}}` and the flattened `{"host.name"}`.
 */
const MESSAGES = [
  // Filebeat, Logstash, Vector, Fluent Bit, CloudWatch; rsyslog; Docker, Fluent Bit's tail; syslog-ng
  ...['message', 'msg', 'log', 'MESSAGE'],
  // GELF; Google Cloud; Loki; Splunk; OpenTelemetry; Azure; ECS
  ...['short_message', 'textPayload', 'line', 'event', 'body', 'body.stringValue', 'SyslogMessage'],
  ...['event.original', 'rawmsg', '_raw', 'raw', 'full_message', 'text'],
]
/** Fields whose object may contain the record itself. */
const ENVELOPES = ['jsonPayload', 'log', 'message', 'event', 'record', 'fields', 'body']
const TIMES = [
  ...[
    'ts',
    '@timestamp',
    'timestamp',
    'time',
    'date',
    'timereported',
    'ISODATE',
    'timeUnixNano',
    '__REALTIME_TIMESTAMP',
  ],
  ...['TimeGenerated', 'EventTime', 'timegenerated'],
]
const HOSTS = [
  ...['log.syslog.hostname', 'host', 'host.name', 'host.hostname', 'hostname', 'HOST', 'logsource'],
  ...['syslog_hostname', 'HostName', 'Computer', 'fromhost', 'agent.hostname', 'beat.hostname'],
  ...['_HOSTNAME', 'kubernetes.host', 'kubernetes.node.name'],
]
const APPS = [
  ...['appname', 'app-name', 'app_name', 'ident', 'programname', 'program', 'PROGRAM', 'process.name'],
  ...['log.syslog.appname', 'syslog_identifier', '_application_name', 'ProcessName'],
  ...['SYSLOG_IDENTIFIER', 'syslog.identifier', 'journald.process.name', '_COMM'],
]
const PIDS = [
  ...['pid', 'procid', 'PID', 'process.pid', 'log.syslog.procid', '_process_id', 'ProcessID', 'process_id'],
  ...['SYSLOG_PID', '_PID', 'syslog.pid', 'journald.process.pid'],
]
const FACILITIES = ['facility', 'syslogfacility-text', 'FACILITY', 'log.syslog.facility.name', 'Facility']
const SEVERITIES = [
  'severity',
  'syslogseverity-text',
  'PRIORITY',
  'log.syslog.severity.name',
  'log.level',
  'level',
]
const PEERS = ['remote_address', 'remoteAddress', 'source.ip']

/** How many records may enclose a record. */
const DEEPEST = 4

/**
 * Reads a JSON object as log shippers and container runtimes write it. If its message is itself a log line, the fields of
 * that line take precedence over the fields of the object. Undefined for an object without a message.
 * @param readText reads the message as a line; undefined if it is in no known format
 */
export function jsonRecord(
  record: JsonObject,
  clock: LocalClock,
  readText: (text: string) => LogLine | undefined,
  depth = 0,
): LogLine | undefined {
  const message = firstText(record, MESSAGES)
  const inner = message === undefined ? enveloped(record, clock, readText, depth) : lineOf(message, readText)
  if (!inner) return undefined
  return {
    timestamp: inner.timestamp ?? firstTime(record, clock),
    host: inner.host ?? firstText(record, HOSTS) ?? null,
    app: inner.app ?? appOf(record),
    pid: inner.pid ?? pidOf(record),
    facility: inner.facility ?? firstText(record, FACILITIES) ?? null,
    severity: inner.severity ?? firstText(record, SEVERITIES) ?? null,
    message: inner.message,
    remoteAddress: inner.remoteAddress ?? firstText(record, PEERS) ?? null,
    format: inner.format,
    readable: true,
  }
}

function enveloped(
  record: JsonObject,
  clock: LocalClock,
  readText: (text: string) => LogLine | undefined,
  depth: number,
): LogLine | undefined {
  if (depth >= DEEPEST) return undefined
  for (const name of ENVELOPES) {
    const object = objectOf(record[name])
    const read = object && jsonRecord(object, clock, readText, depth + 1)
    if (read) return read
  }
  return undefined
}

function lineOf(message: string, readText: (text: string) => LogLine | undefined): LogLine {
  const text = message.replace(/\r?\n$/, '')
  const read = readText(text)
  // If the message has only a tag, the fields of the object are more complete.
  const isTagOnly = read?.format === 'rfc3164' && read.timestamp === null && read.host === null
  return read && !(isTagOnly && read.facility === null) ? read : tagged(text)
}

/** A message that may begin with a tag such as `sshd[123]: `, which has app and pid. */
export function tagged(text: string): LogLine {
  const tag = readTag(text, 0)
  const known = tag && (tag.pid !== null || tag.app === 'sshd') ? tag : undefined
  return {
    timestamp: null,
    host: null,
    app: known?.app ?? null,
    pid: known?.pid ?? null,
    facility: null,
    severity: null,
    message: text.slice(known?.end ?? 0),
    remoteAddress: null,
    format: 'json',
    readable: true,
  }
}

/** `app` may be the label of a deployment: it is a program only if the object has a pid. */
function appOf(record: JsonObject): string | null {
  const app = firstText(record, APPS) ?? (pidOf(record) === null ? null : textOf(record['app']))
  return app ?? tagOf(record)?.app ?? null
}

function pidOf(record: JsonObject): number | null {
  for (const name of PIDS) {
    const pid = wholeNumberOf(at(record, name))
    if (pid !== null) return pid
  }
  return tagOf(record)?.pid ?? null
}

/** The tag in rsyslog's `syslogtag`: `sshd[123]:`. */
function tagOf(record: JsonObject) {
  const tag = textOf(record['syslogtag'])
  return tag === null ? undefined : readTag(tag, 0)
}

function firstTime(record: JsonObject, clock: LocalClock): number | null {
  const readIso = isoTimeReader(clock)
  for (const name of TIMES) {
    const value = at(record, name)
    if (typeof value === 'string') {
      const time = readIso(value, 0)
      if (time?.end === value.length) return time.timestamp
    }
    const epoch = epochTime(value)
    if (epoch !== null) return epoch
  }
  return null
}

function firstText(record: JsonObject, names: readonly string[]): string | undefined {
  for (const name of names) {
    const text = textOf(at(record, name))
    if (text !== null) return text
  }
  return undefined
}

function at(record: JsonObject, path: string): unknown {
  if (Object.hasOwn(record, path)) return record[path]
  let value: unknown = record
  for (const name of path.split('.')) {
    const object = objectOf(value)
    if (object === undefined || !Object.hasOwn(object, name)) return undefined
    value = object[name]
  }
  return value
}
