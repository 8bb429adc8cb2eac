import { InvalidArgumentError, Option } from 'commander'
import ms from 'ms'
import { instant } from './arguments.ts'

const AGO = /^\d+(\.\d+)?(ms|s|m|h|d|w|y)$/
/** A date and time without a zone. */
const WITHOUT_ZONE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?$/

/** The start of a period: how long ago in ms, or a point in time in ms since the epoch. */
export type Since = { readonly agoMs: number } | { readonly at: number }

/**
 * Parses how long ago a period starts, such as 30m or 90d, or an ISO 8601 date or time (UTC when it has no zone).
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

/** The start in ms since the epoch, at least 0: no record is older than 1970. */
export function beginningOf(begin: Since, now = Date.now()): number {
  return 'at' in begin ? begin.at : Math.max(0, now - begin.agoMs)
}

/** The option `--since`. Without it the period starts `defaultMs` milliseconds ago. */
export function sinceOption(description: string, defaultMs: number): Option {
  return new Option('--since <time>', `${description}: how long ago (24h, 90d) or a date (2025-12-01)`)
    .argParser(since)
    .default({ agoMs: defaultMs }, ms(defaultMs))
}
