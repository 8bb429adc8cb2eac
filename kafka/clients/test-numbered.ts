import type { Profile } from '../profile/profile.ts'
import type { OutputRecord } from '../protocol/record.ts'
import { partitionReader } from './partition-reader.ts'

/** Records of a partition, each with its number at the beginning of its value. */
export function numbered(
  topic: string,
  partition: number,
  from: number,
  count: number,
  bytes = 10,
): OutputRecord[] {
  return Array.from({ length: count }, (_, index) => ({
    topic,
    partition,
    timestamp: Date.now(),
    key: null,
    value: Buffer.from(`${from + index} `.padEnd(bytes, 'x')),
    headers: [],
  }))
}

/** The numbers that a partition holds, in its order. */
export async function numbersIn(profile: Profile, topic: string, partition: number): Promise<number[]> {
  const numbers: number[] = []
  await partitionReader(profile, 'test')(
    topic,
    partition,
    (records) => {
      for (const { value } of records) numbers.push(Number.parseInt(String(value), 10))
    },
    AbortSignal.timeout(30_000),
  )
  return numbers
}

export function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, number) => number)
}
