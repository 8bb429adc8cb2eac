import { InvalidArgumentError, Option } from 'commander'
import ms from 'ms'
import { instant } from './arguments.ts'

const AGO = /^\d+(\.\d+)?(ms|s|m|h|d|w|y)$/
/** A date with a time that names no zone. */
const WITHOUT_ZONE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/

/** The beginning of what is asked for: how long ago, or when, in ms since the epoch. */
export type Since = { readonly agoMs: number } | { readonly at: number }

/**
 * A duration of any length before now, like 30m or 90d, or a date or time in ISO 8601, in UTC where it names no zone.
 * @throws InvalidArgumentError for anything else
 */
export function since(text: string): Since {
  if (AGO.test(text)) return { agoMs: ms(text as ms.StringValue) }
  try {
    return { at: instant(WITHOUT_ZONE.test(text) ? `${text.replace(' ', 'T')}Z` : text) }
  } catch {
    throw new InvalidArgumentError(
      'It must be how long ago, like 30m, 24h or 90d, or a date like 2025-12-01, or a time like 2025-12-01T03:00:00Z.',
    )
  }
}

/** The beginning in ms since the epoch. What is before 1970 is 1970: no record is older. */
export function beginningOf(begin: Since, now = Date.now()): number {
  return 'at' in begin ? begin.at : Math.max(0, now - begin.agoMs)
}

/** An option that takes the beginning of what is asked for; without it that is so long ago. */
export function sinceOption(description: string, defaultMs: number): Option {
  return new Option('--since <time>', `${description}: how long ago (24h, 90d), or from when on (2025-12-01)`)
    .argParser(since)
    .default({ agoMs: defaultMs }, ms(defaultMs))
}
