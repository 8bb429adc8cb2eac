import { type JsonObject, textOf, wholeNumberOf } from './json-object.ts'
import type { LogLine } from './log-line.ts'
import { facilityOf, severityOf } from './priority.ts'

/**
 * Reads what `journalctl -o json` writes, after systemd's "Journal JSON Format": fields are text, or arrays of bytes where
 * they are not printable, or arrays of values where a field came several times (the first one counts), or null where they
 * are too large. The pid is the one in the message's syslog tag, as in files, else the sender's. A line with neither
 * `MESSAGE` nor `__REALTIME_TIMESTAMP` is not in this format.
 */
export function journald(entry: JsonObject): LogLine | undefined {
  if (!Object.hasOwn(entry, 'MESSAGE') && !Object.hasOwn(entry, '__REALTIME_TIMESTAMP')) return undefined
  const micros = wholeNumberOf(entry['__REALTIME_TIMESTAMP'])
  const facility = wholeNumberOf(entry['SYSLOG_FACILITY'])
  const priority = wholeNumberOf(entry['PRIORITY'])
  return {
    timestamp: micros === null ? null : Math.floor(micros / 1000),
    host: textOf(entry['_HOSTNAME']),
    app: textOf(entry['SYSLOG_IDENTIFIER']) ?? textOf(entry['_COMM']),
    pid: wholeNumberOf(entry['SYSLOG_PID']) ?? wholeNumberOf(entry['_PID']),
    facility: facility === null ? null : facilityOf(facility),
    severity: priority === null ? null : severityOf(priority),
    message: messageOf(entry['MESSAGE']),
    remoteAddress: null,
    format: 'journald',
    readable: true,
  }
}

function messageOf(value: unknown): string {
  const several = Array.isArray(value) && typeof value[0] !== 'number'
  const first: unknown = several ? value[0] : value
  if (typeof first === 'string') return first
  return Array.isArray(first) ? bytesOf(first) : ''
}

function bytesOf(values: readonly unknown[]): string {
  return Buffer.from(values.map((byte) => (typeof byte === 'number' ? byte : 0))).toString()
}
