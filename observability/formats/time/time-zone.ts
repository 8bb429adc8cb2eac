const DAY_MS = 86_400_000

/** Converts the local times of a time zone to instants. */
export interface TimeZone {
  readonly name: string
  /**
   * The instant, in ms since the epoch, of a local time, which is given in ms as if it were UTC. A time that occurs twice
   * when clocks go back is the first of the two; a time that clocks skip is moved forward by the length of the gap.
   * (Temporal's disambiguation `compatible`.)
   */
  toInstant(local: number): number
}

export const UTC: TimeZone = { name: 'UTC', toInstant: (local) => local }

/**
 * The zone of an IANA name such as `Europe/Berlin`, or of an offset such as `+02:00`.
 * @throws RangeError for an unknown name
 */
export function timeZone(name: string): TimeZone {
  if (name === UTC.name) return UTC
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  })
  const resolved = format.resolvedOptions().timeZone
  if (resolved === 'UTC' || resolved === 'Etc/UTC') return UTC
  const offsetAt = (instant: number): number => localAt(format, instant) - Math.floor(instant / 1000) * 1000
  return {
    name: resolved,
    toInstant(local) {
      const before = offsetAt(local - DAY_MS)
      const after = offsetAt(local + DAY_MS)
      const first = local - Math.max(before, after)
      if (before === after || offsetAt(first) === local - first) return first
      const second = local - Math.min(before, after)
      return offsetAt(second) === local - second ? second : local - before
    },
  }
}

/** The zone of this machine. */
export function localTimeZone(): TimeZone {
  return timeZone(Intl.DateTimeFormat().resolvedOptions().timeZone)
}

function localAt(format: Intl.DateTimeFormat, instant: number): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {}
  let beforeChrist = false
  for (const { type, value } of format.formatToParts(instant)) {
    if (type === 'era') beforeChrist = value !== 'AD'
    else if (type !== 'literal') parts[type] = Number(value)
  }
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  // Date.UTC would take years below 100 as years of the twentieth century.
  const date = new Date(0)
  date.setUTCFullYear(beforeChrist ? 1 - year : year, month - 1, day)
  return date.setUTCHours(hour, minute, second)
}
