import type { Topic } from '../../catalog/topic.ts'

const TIME_BYTES = 8

/**
 * Splits a key into the key proper and the text of its window. ksqlDB, like Kafka Streams, appends the start of the window to the
 * key of a windowed table as 8 bytes; for a session window, the end and then the start. Flink writes JSON keys to the same topics;
 * a key without plausible times is returned unchanged.
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

/** The time in ISO 8601, or undefined when it is outside the years 1970 to 9999. */
function timeAt(key: Buffer, offset: number): string | undefined {
  const ms = key.readBigInt64BE(offset)
  return ms < 0n || ms > 253_402_300_799_999n ? undefined : new Date(Number(ms)).toISOString()
}
