import { InvalidArgumentError } from 'commander'
import ms from 'ms'
import { type TimeZone, timeZone } from '../../observability/formats/time/time-zone.ts'

/** A whole number of at least 1. */
export function positiveInteger(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < 1) {
    throw new InvalidArgumentError('It must be a whole number of at least 1.')
  }
  return value
}

/** The seed of a random generator: a whole number of at least 0. */
export function seed(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value)) {
    throw new InvalidArgumentError('It must be a whole number from 0 to 2^53 - 1.')
  }
  return value
}

/** A rate per second above 0; `max` is Infinity. */
export function rate(text: string): number {
  if (text === 'max') return Number.POSITIVE_INFINITY
  const value = Number(text)
  if (!/^\d+(\.\d+)?$/.test(text) || !(value > 0)) {
    throw new InvalidArgumentError("It must be a number above 0, or 'max'.")
  }
  return value
}

/** A share from 0 to 1. */
export function share(text: string): number {
  const value = Number(text)
  if (!/^(\d+(\.\d+)?|\.\d+)$/.test(text) || value > 1)
    throw new InvalidArgumentError('It must be a number from 0 to 1.')
  return value
}

/** The longest delay of a Node timer. A timer with a longer delay fires at once. */
const LONGEST_MS = 2 ** 31 - 1

/** A duration such as 500ms, 30s, 5m or 24h, in ms. */
export function duration(text: string): number {
  const value = /^\d+(\.\d+)?(ms|s|m|h|d)$/.test(text) ? ms(text as ms.StringValue) : Number.NaN
  if (!(value > 0 && value <= LONGEST_MS)) {
    throw new InvalidArgumentError('It must be a duration like 500ms, 30s, 5m or 24h, at most 24d.')
  }
  return value
}

const INSTANT = /^(?<date>\d{4}-\d\d-\d\d)(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d))?$/

/** An ISO 8601 date (midnight UTC) or time with a zone, in ms since the epoch. */
export function instant(text: string): number {
  const date = INSTANT.exec(text)?.groups?.date
  const value = date !== undefined && isRealDate(date) ? Date.parse(text) : Number.NaN
  if (!(value >= 0)) {
    throw new InvalidArgumentError(
      'It must be a date like 2026-01-31 or a time like 2026-01-31T12:00:00Z, not before 1970.',
    )
  }
  return value
}

/** Whether the day exists. Date.parse turns 31 February into 3 March. */
function isRealDate(date: string): boolean {
  const midnight = Date.parse(date)
  return !Number.isNaN(midnight) && new Date(midnight).toISOString().startsWith(date)
}

/** A year with four digits. */
export function year(text: string): number {
  if (!/^[1-9]\d{3}$/.test(text)) throw new InvalidArgumentError('It must be a year like 2026.')
  return Number(text)
}

/** The first of a few consecutive ports. */
export function portBase(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value < 1024 || value > 65_000) {
    throw new InvalidArgumentError('It must be a port from 1024 to 65000.')
  }
  return value
}

/** A port to listen on; 0 for any that is free. */
export function port(text: string): number {
  const value = Number(text)
  if (!/^\d+$/.test(text) || value > 65_535)
    throw new InvalidArgumentError('It must be a port from 0 to 65535.')
  return value
}

const UNITS: Readonly<Record<string, number>> = { B: 1, KiB: 2 ** 10, MiB: 2 ** 20 }
const SMALLEST = 16
const LARGEST = 2 ** 20

/** The longest line to accept, such as 512B, 64KiB or 1MiB, in bytes. */
export function lineSize(text: string): number {
  const [, count, unit] = /^(\d+)(B|KiB|MiB)$/.exec(text) ?? []
  const value = Number(count) * (UNITS[unit ?? ''] ?? Number.NaN)
  if (!(value >= SMALLEST && value <= LARGEST))
    throw new InvalidArgumentError(
      'It must be a size from 16B to 1MiB, like 64KiB: a record cannot hold more.',
    )
  return value
}

/** The time zone with an IANA name or a fixed offset from UTC. */
export function zone(name: string): TimeZone {
  try {
    return timeZone(name)
  } catch {
    throw new InvalidArgumentError(
      'It must be a time zone like Europe/Berlin or UTC, or an offset like +02:00.',
    )
  }
}
