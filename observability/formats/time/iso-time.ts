import { isTime, type LocalClock, shownTime } from './local-clock.ts'

/** A time at the beginning of a text, and where the text goes on. */
export interface ReadTime {
  /** Whole ms since the epoch: what is finer is cut off. */
  readonly timestamp: number
  readonly end: number
}

const DASH = 45
const COLON = 58
/** The length of `2026-01-31T12:00:00`. */
const SECONDS_END = 19

/**
 * A reader of ISO 8601 as RFC 3339, rsyslog, systemd and Python write it: `T` or a blank, a fraction of a second, `Z`,
 * `+01:00` or `+0100`, or no zone, which is then the clock's. It answers undefined for a text that does not go on with a
 * time. Times of one second come together, and share what was found.
 */
export function isoTimeReader(clock: LocalClock): (text: string, from: number) => ReadTime | undefined {
  let lastText = 'none'
  let shown: number | undefined
  let local: number | undefined
  return (text, from) => {
    if (!text.startsWith(lastText, from)) {
      shown = readSeconds(text, from)
      if (shown === undefined) {
        lastText = 'none'
        return undefined
      }
      lastText = text.slice(from, from + SECONDS_END)
      local = undefined
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
    if (zone) return { timestamp: (shown as number) + millis - zone.ms, end: zone.end }
    local ??= clock.toInstant(shown as number)
    return { timestamp: local + millis, end }
  }
}

/** `2026-01-31T12:00:00` as if it were UTC, in ms since the epoch; undefined for what is no time. */
function readSeconds(text: string, from: number): number | undefined {
  const separator = text.charCodeAt(from + 10)
  if (text.charCodeAt(from + 4) !== DASH || text.charCodeAt(from + 7) !== DASH) return undefined
  if (text.charCodeAt(from + 13) !== COLON || text.charCodeAt(from + 16) !== COLON) return undefined
  if (separator !== 84 && separator !== 116 && separator !== 32) return undefined
  const hour = digits(text, from + 11, 2)
  const minute = digits(text, from + 14, 2)
  const second = digits(text, from + 17, 2)
  if (!isTime(hour, minute, second)) return undefined
  const date = shownTime(
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
  // systemd leaves a blank before the offset in some of its formats.
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

/** So many digits as a number; NaN where one of them is none. */
export function digits(text: string, from: number, count: number): number {
  let value = 0
  for (let at = from; at < from + count; at += 1) {
    const code = text.charCodeAt(at)
    if (!isDigit(code)) return Number.NaN
    value = value * 10 + code - 48
  }
  return value
}
