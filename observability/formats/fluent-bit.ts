import type { LogLine } from './log-line.ts'
import { readTag } from './tag.ts'
import { type JsonObject, textOf } from './text/json-object.ts'
import { epochTime } from './time/epoch-time.ts'
import { isoTimeReader } from './time/iso-time.ts'
import type { LocalClock } from './time/local-clock.ts'

/**
 * Reads the JSON lines that Fluent Bit writes: `{"ts", "host", "facility", "message", "remote_address"}`. `ts` is in seconds
 * since the epoch with a fraction, or in ms if it is too large for seconds, or ISO 8601 text. If the message still begins
 * with a tag such as `sshd[123]: `, app and pid come from the tag. A line without a message is not in this format.
 */
export function fluentBit(record: JsonObject, clock: LocalClock): LogLine | undefined {
  const { message } = record
  if (typeof message !== 'string') return undefined
  const tag = readTag(message, 0)
  const known = tag?.pid === null ? undefined : tag
  return {
    timestamp: timestampOf(record['ts'], clock),
    host: textOf(record['host']),
    app: known?.app ?? null,
    pid: known?.pid ?? null,
    facility: textOf(record['facility']),
    severity: null,
    message: message.slice(known?.end ?? 0),
    remoteAddress: textOf(record['remote_address']),
    format: 'fluent-bit',
    readable: true,
  }
}

function timestampOf(ts: unknown, clock: LocalClock): number | null {
  if (typeof ts === 'string') {
    const time = isoTimeReader(clock)(ts, 0)
    return time?.end === ts.length ? time.timestamp : null
  }
  return typeof ts === 'number' ? epochTime(ts) : null
}
