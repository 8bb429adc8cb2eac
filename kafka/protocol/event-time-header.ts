import type { Headers, StreamRecord } from './record.ts'

/**
 * The header in which the re-key keeps a record's own time, because records of `transactions-by-id` have the broker's time.
 * Decimal text, in ms since the epoch.
 */
export const EVENT_TIME_HEADER = 'playstream-event-time'

const NAME = Buffer.from(EVENT_TIME_HEADER)
/** Whole numbers of 64 bits. */
const NUMBER = /^-?\d{1,19}$/

/** The headers with the event time appended. A producer's own header of the same name stays where it is. */
export function withEventTime(headers: Headers, eventTime: number): Headers {
  return [...headers, [NAME, Buffer.from(String(eventTime))]]
}

/**
 * The event time of a record that the re-key wrote, undefined if unknown, and the producer's own headers. The last header
 * of the name is the re-key's, which appends it after all others, whatever they are called.
 */
export function takeEventTime({ headers, timestamp, appendedAt }: StreamRecord): {
  readonly eventTime: number | undefined
  readonly headers: Headers
} {
  const at = headers.findLastIndex(([name]) => name.equals(NAME))
  const text = at < 0 ? undefined : String(headers[at]?.[1])
  // A record with its producer's time is from before the re-key wrote this header: such a header is the producer's.
  const isOurs = appendedAt !== undefined || text === String(timestamp)
  if (text === undefined || !NUMBER.test(text) || !isOurs)
    return { eventTime: appendedAt === undefined ? timestamp : undefined, headers }
  return { eventTime: Number(text), headers: headers.toSpliced(at, 1) }
}
