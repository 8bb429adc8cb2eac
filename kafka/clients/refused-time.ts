import type { Message } from 'kafkajs'
import { PlaystreamError } from '../../catalog/errors.ts'
import { errorNames } from '../kafkajs/kafkajs-error.ts'
import { oneLine } from '../one-line.ts'

/** The broker will not take a record because of its time. */
export class RefusedTimeError extends PlaystreamError {}

/**
 * Says which record of a request the broker refused for its time, where that is what it did: kafkajs's version of the answer
 * does not tell. It is the one that is furthest from the clock.
 * @param error what sending the request ended with
 * @param first the number of the request's first record among all that were to be sent, from 0 on
 * @param now this machine's clock, ms since the epoch
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
  // Nothing ahead: then the topic refuses what is too old.
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

/** A time as people read it; one beyond all dates as the number that it is. */
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
