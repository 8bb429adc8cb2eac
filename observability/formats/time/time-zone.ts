const DAY_MS = 86_400_000

/** Where and when it is what time. */
export interface TimeZone {
  readonly name: string
  /**
   * The instant, in ms since the epoch, at which clocks show a time, which is given in ms as if it were UTC. A time that
   * comes twice, as clocks go back, is its first; a time that clocks jump over is as far behind the jump as it is past
   * its beginning. (What Temporal calls `compatible`.)
   */
  toInstant(shown: number): number
}

export const UTC: TimeZone = { name: 'UTC', toInstant: (shown) => shown }

/**
 * The zone of an IANA name such as `Europe/Berlin`, or of an offset such as `+02:00`.
 * @throws RangeError for a name that there is not
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
  const offsetAt = (instant: number): number => shownAt(format, instant) - Math.floor(instant / 1000) * 1000
  return {
    name: resolved,
    toInstant(shown) {
      const before = offsetAt(shown - DAY_MS)
      const after = offsetAt(shown + DAY_MS)
      const first = shown - Math.max(before, after)
      if (before === after || offsetAt(first) === shown - first) return first
      const second = shown - Math.min(before, after)
      return offsetAt(second) === shown - second ? second : shown - before
    },
  }
}

/** The zone that this machine is set to. */
export function localTimeZone(): TimeZone {
  return timeZone(Intl.DateTimeFormat().resolvedOptions().timeZone)
}

function shownAt(format: Intl.DateTimeFormat, instant: number): number {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {}
  let beforeChrist = false
  for (const { type, value } of format.formatToParts(instant)) {
    if (type === 'era') beforeChrist = value !== 'AD'
    else if (type !== 'literal') parts[type] = Number(value)
  }
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  // Date.UTC takes years below 100 for those of the twentieth century.
  const date = new Date(0)
  date.setUTCFullYear(beforeChrist ? 1 - year : year, month - 1, day)
  return date.setUTCHours(hour, minute, second)
}
