import type { Headers, StreamRecord } from './record.ts'

/**
 * The header in which the re-key keeps a record's own time, for the broker's takes its place in `transactions-by-id`. As
 * decimal text, in ms since the epoch.
 */
export const EVENT_TIME_HEADER = 'playstream-event-time'

const NAME = Buffer.from(EVENT_TIME_HEADER)
/** Whole numbers of 64 bits. */
const NUMBER = /^-?\d{1,19}$/

/** The headers with the event time behind them. A header of that name that a producer made stays where it was. */
export function withEventTime(headers: Headers, eventTime: number): Headers {
  return [...headers, [NAME, Buffer.from(String(eventTime))]]
}

/**
 * The event time of a record that the re-key wrote, undefined where nothing says it, and the headers that the producer gave
 * it. The last header of the name is the re-key's: it writes one behind all others, whatever they are called.
 */
export function takeEventTime({ headers, timestamp, appendedAt }: StreamRecord): {
  readonly eventTime: number | undefined
  readonly headers: Headers
} {
  const at = headers.findLastIndex(([name]) => name.equals(NAME))
  const text = at < 0 ? undefined : String(headers[at]?.[1])
  // A record with its producer's time was written before there was the header, and has one of its name by chance only.
  const isOurs = appendedAt !== undefined || text === String(timestamp)
  if (text === undefined || !NUMBER.test(text) || !isOurs)
    return { eventTime: appendedAt === undefined ? timestamp : undefined, headers }
  return { eventTime: Number(text), headers: headers.toSpliced(at, 1) }
}
