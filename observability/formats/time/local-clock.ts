import type { TimeZone } from './time-zone.ts'

/** How far ahead of the reference time a line may lie and still be of its year: clocks and zones are set wrongly. */
const AHEAD_MS = 86_400_000
/** 29 February is at most this many years ago. */
const LEAP_GAP = 8

export interface ClockOptions {
  /** The zone of times that name none. */
  readonly zone: TimeZone
  /** The year of times that name none; without it, the latest that does not lie ahead of the reference time. */
  readonly year?: number
  /** When the line was written at the latest, in ms since the epoch: now, or when its file was last written. */
  readonly reference: () => number
}

/** Tells instants from what a log shows, which may lack the year and the zone. */
export class LocalClock {
  readonly #options: ClockOptions
  #minute = -1
  #minuteStart: number | undefined

  constructor(options: ClockOptions) {
    this.#options = options
  }

  /**
   * The instant of a time without a year, in ms since the epoch: of the latest year in which it is no more than a day
   * ahead of the reference time. So a line of 31 December that is read in January is of last year, and one of a clock
   * that is some minutes fast is not. Undefined for a time that there is not.
   * @param month from 1 on
   */
  withoutYear(month: number, day: number, hour: number, minute: number, second: number): number | undefined {
    if (!isTime(hour, minute, second)) return undefined
    // Lines come in bunches: what has been found for a minute holds for all of it.
    const key = ((month * 32 + day) * 32 + hour) * 64 + minute
    if (key !== this.#minute) {
      this.#minute = key
      this.#minuteStart = this.#latest(month, day, hour, minute)
    }
    return this.#minuteStart === undefined ? undefined : this.#minuteStart + second * 1000
  }

  /** The instant of a time with a year, of the clock's zone, in ms since the epoch; undefined for one that there is not. */
  withYear(
    year: number,
    month: number,
    day: number,
    hour: number,
    minute: number,
    second: number,
  ): number | undefined {
    if (!isTime(hour, minute, second)) return undefined
    const shown = shownTime(year, month, day, hour, minute)
    return shown === undefined ? undefined : this.#options.zone.toInstant(shown) + second * 1000
  }

  /** The instant at which the clock's zone shows a time, which is given in ms as if it were UTC. */
  toInstant(shown: number): number {
    return this.#options.zone.toInstant(shown)
  }

  #latest(month: number, day: number, hour: number, minute: number): number | undefined {
    const { year, zone } = this.#options
    if (year !== undefined) return this.withYear(year, month, day, hour, minute, 0)
    const latest = this.#options.reference() + AHEAD_MS
    const last = new Date(latest).getUTCFullYear() + 1
    for (let candidate = last; candidate > last - LEAP_GAP - 2; candidate -= 1) {
      const shown = shownTime(candidate, month, day, hour, minute)
      const instant = shown === undefined ? Number.NaN : zone.toInstant(shown)
      if (instant <= latest) return instant
    }
    return undefined
  }
}

/** A date and a time as if they were UTC, in ms since the epoch; undefined for a date that there is not. */
export function shownTime(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
): number | undefined {
  // Written so that NaN is no date.
  if (!(year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return undefined
  return Date.UTC(year, month - 1, day, hour, minute)
}

/** A leap second is the next minute's first, as POSIX counts. */
export function isTime(hour: number, minute: number, second: number): boolean {
  return hour < 24 && minute < 60 && second <= 60
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
}
