import type { TimeZone } from './time-zone.ts'

/** How far a line may be ahead of the reference time without being assigned to the previous year: clocks and zones may be wrong. */
const AHEAD_MS = 86_400_000
/** The longest time between two leap years, in years. */
const LEAP_GAP = 8

export interface ClockOptions {
  /** The zone of times without one. */
  readonly zone: TimeZone
  /** The year of times without one; by default the latest year in which the time is not ahead of the reference time. */
  readonly year?: number
  /** The latest time at which the line can have been written, in ms since the epoch: now, or its file's last modification. */
  readonly reference: () => number
}

/** Converts the local times of a log, which may lack year and zone, to instants. */
export class LocalClock {
  readonly #options: ClockOptions
  #minute = -1
  #minuteStart: number | undefined

  constructor(options: ClockOptions) {
    this.#options = options
  }

  /**
   * The instant of a time without a year, in ms since the epoch. Takes the latest year in which the time is at most a day
   * ahead of the reference time: a line of 31 December read in January is last year's, a line of a clock that is some
   * minutes fast is not. Undefined for an invalid time.
   * @param month from 1 on
   */
  withoutYear(month: number, day: number, hour: number, minute: number, second: number): number | undefined {
    if (!isTime(hour, minute, second)) return undefined
    // The last minute is cached, because consecutive lines often share it.
    const key = ((month * 32 + day) * 32 + hour) * 64 + minute
    if (key !== this.#minute) {
      this.#minute = key
      this.#minuteStart = this.#latest(month, day, hour, minute)
    }
    return this.#minuteStart === undefined ? undefined : this.#minuteStart + second * 1000
  }

  /** The instant of a time with a year in the clock's zone, in ms since the epoch; undefined for an invalid time. */
  withYear(
    year: number,
    month: number,
    day: number,
    hour: number,
    minute: number,
    second: number,
  ): number | undefined {
    if (!isTime(hour, minute, second)) return undefined
    const local = localTime(year, month, day, hour, minute)
    return local === undefined ? undefined : this.#options.zone.toInstant(local) + second * 1000
  }

  /** The instant of a local time, which is given in ms as if it were UTC. */
  toInstant(local: number): number {
    return this.#options.zone.toInstant(local)
  }

  #latest(month: number, day: number, hour: number, minute: number): number | undefined {
    const { year, zone } = this.#options
    if (year !== undefined) return this.withYear(year, month, day, hour, minute, 0)
    const latest = this.#options.reference() + AHEAD_MS
    const last = new Date(latest).getUTCFullYear() + 1
    for (let candidate = last; candidate > last - LEAP_GAP - 2; candidate -= 1) {
      const local = localTime(candidate, month, day, hour, minute)
      const instant = local === undefined ? Number.NaN : zone.toInstant(local)
      if (instant <= latest) return instant
    }
    return undefined
  }
}

/** A date and time as if they were UTC, in ms since the epoch; undefined for an invalid date. */
export function localTime(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
): number | undefined {
  // The condition is written so that it rejects NaN.
  if (!(year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return undefined
  return Date.UTC(year, month - 1, day, hour, minute)
}

/** Second 60, a leap second, is valid: it counts as the first of the next minute, as in POSIX. */
export function isTime(hour: number, minute: number, second: number): boolean {
  return hour < 24 && minute < 60 && second <= 60
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
}
