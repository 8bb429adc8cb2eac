import type { LogLine } from './log-line.ts'
import { facilityOf, severityOf } from './priority.ts'
import { type JsonObject, textOf, wholeNumberOf } from './text/json-object.ts'

/**
 * Reads what `journalctl -o json` writes. In systemd's "Journal JSON Format", a field is text, an array of bytes if it is not
 * printable, an array of values if it occurs several times (the first one is used), or null if it is too large. The pid is
 * the one in the message's syslog tag, as in files, or else the sender's. A line with neither `MESSAGE` nor
 * `__REALTIME_TIMESTAMP` is not in this format.
 */
export function journald(entry: JsonObject): LogLine | undefined {
  if (!Object.hasOwn(entry, 'MESSAGE') && !Object.hasOwn(entry, '__REALTIME_TIMESTAMP')) return undefined
  const text = (name: string) => textOf(firstText(entry[name]))
  const number = (name: string) => wholeNumberOf(firstValue(entry[name]))
  const micros = number('__REALTIME_TIMESTAMP') ?? number('_SOURCE_REALTIME_TIMESTAMP')
  const facility = number('SYSLOG_FACILITY')
  const priority = number('PRIORITY')
  return {
    timestamp: micros === null ? null : Math.floor(micros / 1000),
    host: text('_HOSTNAME'),
    app: text('SYSLOG_IDENTIFIER') ?? text('_COMM'),
    pid: number('SYSLOG_PID') ?? number('_PID'),
    facility: facility === null ? null : facilityOf(facility),
    severity: priority === null ? null : severityOf(priority),
    message: firstText(entry['MESSAGE']) ?? '',
    remoteAddress: null,
    format: 'journald',
    readable: true,
  }
}

/** The text of a field, or its first text if it has several; undefined if it has none. */
function firstText(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (!Array.isArray(value)) return undefined
  return typeof value[0] === 'number' ? bytesOf(value) : firstText(value[0])
}

function firstValue(value: unknown): unknown {
  return Array.isArray(value) ? value[0] : value
}

function bytesOf(values: readonly unknown[]): string {
  return Buffer.from(values.map((byte) => (typeof byte === 'number' ? byte : 0))).toString()
}
