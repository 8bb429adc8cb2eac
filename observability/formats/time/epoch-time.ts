/** Numbers from here on are in ms: as seconds they would be after the year 5138. The finer units follow the same idea. */
const MILLISECONDS_FROM = 1e11
const MICROSECONDS_FROM = 1e14
const NANOSECONDS_FROM = 1e17
/** The latest time of an ECMAScript date, 100 million days after the epoch, in ms. The earliest is its negative. */
export const LATEST_MS = 8.64e15

/**
 * Converts a number, or its decimal text, to whole ms since the epoch. Its magnitude decides whether it is in seconds (with or
 * without a fraction), ms, microseconds or nanoseconds. Null for anything else.
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
