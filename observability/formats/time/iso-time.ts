import { COLON, DASH } from '../text/character-codes.ts'
import { isTime, type LocalClock, localTime } from './local-clock.ts'

/** A time in a text, and where it ends. */
export interface ReadTime {
  /** Whole ms since the epoch, rounded down. */
  readonly timestamp: number
  readonly end: number
}

/** The length of `2026-01-31T12:00:00`. */
const SECONDS_END = 19

/**
 * Makes a reader of ISO 8601 as RFC 3339, rsyslog, systemd and Python write it: with `T` or a blank, an optional fraction of a
 * second, and `Z`, `+01:00`, `+0100` or no zone, which means the clock's zone. The reader returns undefined if there is no
 * time at the position. It caches the last second, which consecutive lines often share.
 */
export function isoTimeReader(clock: LocalClock): (text: string, from: number) => ReadTime | undefined {
  let lastText = 'none'
  let local: number | undefined
  let instant: number | undefined
  return (text, from) => {
    if (!text.startsWith(lastText, from)) {
      local = readSeconds(text, from)
      if (local === undefined) {
        lastText = 'none'
        return undefined
      }
      lastText = text.slice(from, from + SECONDS_END)
      instant = undefined
    }
    let end = from + SECONDS_END
    let millis = 0
    const point = text.charCodeAt(end)
    if (point === 46 || point === 44) {
      let unit = 100
      for (end += 1; isDigit(text.charCodeAt(end)); end += 1) {
        millis += (text.charCodeAt(end) - 48) * unit
        unit = Math.floor(unit / 10)
      }
    }
    const zone = readOffset(text, end)
    if (zone) return { timestamp: (local as number) + millis - zone.ms, end: zone.end }
    instant ??= clock.toInstant(local as number)
    return { timestamp: instant + millis, end }
  }
}

/** Reads `2026-01-31T12:00:00` as if it were UTC, in ms since the epoch; undefined if it is not a valid time. */
function readSeconds(text: string, from: number): number | undefined {
  const separator = text.charCodeAt(from + 10)
  if (text.charCodeAt(from + 4) !== DASH || text.charCodeAt(from + 7) !== DASH) return undefined
  if (text.charCodeAt(from + 13) !== COLON || text.charCodeAt(from + 16) !== COLON) return undefined
  if (separator !== 84 && separator !== 116 && separator !== 32) return undefined
  const hour = digits(text, from + 11, 2)
  const minute = digits(text, from + 14, 2)
  const second = digits(text, from + 17, 2)
  if (!isTime(hour, minute, second)) return undefined
  const date = localTime(
    digits(text, from, 4),
    digits(text, from + 5, 2),
    digits(text, from + 8, 2),
    hour,
    minute,
  )
  return date === undefined ? undefined : date + second * 1000
}

const ZULU = 90

function readOffset(text: string, from: number): { ms: number; end: number } | undefined {
  // Some of systemd's formats have a blank before the offset.
  const at = text.charCodeAt(from) === 32 && isSign(text.charCodeAt(from + 1)) ? from + 1 : from
  const sign = text.charCodeAt(at)
  if (sign === ZULU || sign === 122) return { ms: 0, end: at + 1 }
  if (!isSign(sign)) return undefined
  const minutesAt = text.charCodeAt(at + 3) === COLON ? at + 4 : at + 3
  const minutes = digits(text, at + 1, 2) * 60 + digits(text, minutesAt, 2)
  if (Number.isNaN(minutes)) return undefined
  return { ms: (sign === DASH ? -minutes : minutes) * 60_000, end: minutesAt + 2 }
}

function isSign(code: number): boolean {
  return code === 43 || code === DASH
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57
}

/** Reads `count` digits as a number; NaN if any of them is not a digit. */
export function digits(text: string, from: number, count: number): number {
  let value = 0
  for (let at = from; at < from + count; at += 1) {
    const code = text.charCodeAt(at)
    if (!isDigit(code)) return Number.NaN
    value = value * 10 + code - 48
  }
  return value
}
