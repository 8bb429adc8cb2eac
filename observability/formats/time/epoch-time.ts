/** From here on a number is one of ms: as seconds it would be the year 5138. So for the finer units. */
const MILLISECONDS_FROM = 1e11
const MICROSECONDS_FROM = 1e14
const NANOSECONDS_FROM = 1e17
/** The latest time of ECMAScript's dates, 100 million days after the epoch, in ms; the earliest is as far before. */
export const LATEST_MS = 8.64e15

/**
 * Whole ms since the epoch of a number, or of its decimal text, that is seconds with or without a fraction, ms, microseconds or
 * nanoseconds, told by its size; null for anything else.
 */
export function epochTime(value: unknown): number | null {
  const number = typeof value === 'string' && /^\d{1,20}(?:\.\d{1,9})?$/.test(value) ? Number(value) : value
  if (typeof number !== 'number' || !(number >= 0)) return null
  const ms = Math.floor(number * unitOf(number))
  return ms <= LATEST_MS ? ms : null
}

function unitOf(number: number): number {
  if (number < MILLISECONDS_FROM) return 1000
  if (number < MICROSECONDS_FROM) return 1
  return number < NANOSECONDS_FROM ? 1e-3 : 1e-6
}
