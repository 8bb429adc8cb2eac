import type { Message } from 'kafkajs'
import { PlaystreamError } from '../../catalog/errors.ts'
import { errorNames } from '../kafkajs/kafkajs-error.ts'
import { oneLine } from '../one-line.ts'

/** The broker refuses a record because of its timestamp. */
export class RefusedTimeError extends PlaystreamError {}

/**
 * The error for a request that the broker refused because of a record's timestamp, or undefined if it failed for another
 * reason. kafkajs's version of the response does not name the record, so this names the record furthest from the clock.
 * @param error the error of sending the request
 * @param first the index of the request's first record among all records to send
 * @param now this machine's clock, in ms since the epoch
 */
export function refusedTimeOf(
  error: Error,
  request: { readonly topic: string; readonly messages: readonly Message[]; readonly first: number },
  now: number,
): RefusedTimeError | undefined {
  if (!errorNames(error).includes('INVALID_TIMESTAMP')) return undefined
  const { topic, messages, first } = request
  const times = messages.map(({ timestamp }) => (timestamp === undefined ? now : Number(timestamp)))
  const latest = Math.max(...times)
  // If no record is ahead of the clock, the topic refuses the oldest.
  const wanted = latest > now ? latest : Math.min(...times)
  const index = times.indexOf(wanted)
  const { key, partition } = messages[index] as Message
  const named = [
    ...(partition === undefined ? [] : [`partition ${partition}`]),
    ...(key == null ? [] : [`key '${oneLine(String(key))}'`]),
  ]
  const setting = wanted > now ? 'message.timestamp.after.max.ms' : 'message.timestamp.before.max.ms'
  return new RefusedTimeError(
    `topic ${topic} refused record ${first + index}${named.length > 0 ? ` (${named.join(', ')})` : ''} for its time, ` +
      `${written(wanted)}, ${distance(wanted - now)} this machine's clock: correct the clock that set it, or raise the topic's ${setting}`,
    { cause: error },
  )
}

/** A time in ISO format, or as a number of ms if it is beyond all dates. */
function written(time: number): string {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? `${time} ms` : date.toISOString()
}

const UNITS = [
  ['years', 365.25 * 24 * 3_600_000],
  ['days', 24 * 3_600_000],
  ['hours', 3_600_000],
  ['minutes', 60_000],
] as const

function distance(ms: number): string {
  const size = Math.abs(ms)
  const [name, unit] = UNITS.find(([, length]) => size >= 2 * length) ?? (['seconds', 1_000] as const)
  return `${Math.round(size / unit)} ${name} ${ms > 0 ? 'ahead of' : 'behind'}`
}
