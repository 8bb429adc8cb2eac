import { LATEST_MS } from '../../formats/time/epoch-time.ts'

/** sshd is from 1995: an earlier time comes from a clock that was never set, as on a board without a battery. */
const EARLIEST_MS = Date.UTC(1990)

/**
 * When an event happened, in ms since the epoch: its own time, because logs are shipped hours or years after they were
 * written. No event is later than its record, so the record's timestamp corrects a clock that is ahead.
 * @param recordTimestamp negative if the record has none, as in Kafka
 * @param own the event's own time, null if it has none
 */
export function noLaterThan(recordTimestamp: number, own: number | null): number {
  const said = own !== null && own >= EARLIEST_MS ? own : null
  const latest = recordTimestamp < 0 ? (own ?? 0) : recordTimestamp
  return Math.min(said ?? latest, latest, LATEST_MS)
}

/** From here on a number is in seconds: in ms it would be in January 1970. */
const SECONDS_FROM = 1e8
/** From here on a number is in ms: in seconds it would be the year 5138. */
const MILLISECONDS_FROM = 1e11
/** From here on a number is in microseconds: in ms it would be the year 5138 too. */
const MICROSECONDS_FROM = 1e14

/**
 * A log record's own time in ms since the epoch, which some shippers write in seconds, in microseconds or as ISO 8601 text;
 * null for anything else.
 */
export function ownTimeOf(value: unknown): number | null {
  if (typeof value === 'string') {
    const number = /^\d{1,16}$/.test(value) ? Number(value) : Date.parse(value)
    return Number.isNaN(number) ? null : ownTimeOf(number)
  }
  if (typeof value !== 'number' || !(value >= 0 && value <= Number.MAX_SAFE_INTEGER)) return null
  if (value >= MICROSECONDS_FROM) return Math.floor(value / 1000)
  return Math.floor(value >= SECONDS_FROM && value < MILLISECONDS_FROM ? value * 1000 : value)
}
