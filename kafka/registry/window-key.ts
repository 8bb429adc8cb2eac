import type { Topic } from '../../catalog/topic.ts'

const TIME_BYTES = 8

/**
 * Takes a window off a key. ksqlDB, as Kafka Streams, writes behind the key of a table with windows when the window begins, in 8
 * bytes; of a session first when it ends. Flink writes JSON into the same topics: what has no such bytes is left as it is.
 */
export function windowKey(
  { keyWindow }: Pick<Topic, 'keyWindow'>,
  key: Buffer,
): { key: Buffer; window: string } {
  const times = keyWindow === undefined ? 0 : keyWindow === 'session' ? 2 : 1
  const end = key.length - times * TIME_BYTES
  if (times === 0 || end < 0) return { key, window: '' }
  const [first, second] = Array.from({ length: times }, (_, at) => timeAt(key, end + at * TIME_BYTES))
  if (first === undefined || (times === 2 && second === undefined)) return { key, window: '' }
  const window = times === 1 ? ` from ${first}` : ` from ${second} to ${first}`
  return { key: key.subarray(0, end), window }
}

/** A time before the year 10000, or nothing. */
function timeAt(key: Buffer, offset: number): string | undefined {
  const ms = key.readBigInt64BE(offset)
  return ms < 0n || ms > 253_402_300_799_999n ? undefined : new Date(Number(ms)).toISOString()
}
