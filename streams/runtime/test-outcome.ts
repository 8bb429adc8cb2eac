import { expect } from 'vitest'
import { partitionReader } from '../../kafka/clients/partition-reader.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import type { StreamRecord } from '../../kafka/protocol/record.ts'

/** Every committed record of a topic's first partitions. */
export async function readCommitted(
  profile: Profile,
  topic: string,
  partitions = 6,
): Promise<StreamRecord[]> {
  const read = partitionReader(profile, 'test')
  const found: StreamRecord[] = []
  for (let partition = 0; partition < partitions; partition += 1) {
    await read(topic, partition, (records) => found.push(...records), new AbortController().signal)
  }
  return found
}

/** How many transactions are expected to have each fate. */
export interface Expected {
  readonly unique: number
  readonly duplicates: number
  readonly malformed: number
}

/** Waits until every transaction has its fate, and checks the topics: each once, none lost, none duplicated. */
export async function expectExactlyOnce(profile: Profile, expected: Expected): Promise<void> {
  const settled = async () => ({
    unique: (await readCommitted(profile, 'transactions-unique')).length,
    duplicates: (await readCommitted(profile, 'transactions-duplicates')).length,
    malformed: (await readCommitted(profile, 'transactions-dlq', 1)).length,
  })
  await expect.poll(settled, { timeout: 90_000, interval: 500 }).toEqual(expected)
  const byId = await readCommitted(profile, 'transactions-by-id')
  expect(byId).toHaveLength(expected.unique + expected.duplicates)
  const ids = (await readCommitted(profile, 'transactions-unique')).map(({ key }) => String(key))
  expect(new Set(ids).size).toBe(ids.length)
  const named = (await readCommitted(profile, 'transactions-duplicates')).map(({ value }) => {
    const { source } = JSON.parse(String(value))
    return `${source.partition}/${source.offset}`
  })
  expect(new Set(named).size).toBe(named.length)
  // Each record of the keyed topic either passed or was suppressed, once.
  const passed = new Set(ids)
  const places = new Set(named)
  const suppressed = byId.filter(({ partition, offset }) => places.has(`${partition}/${offset}`))
  expect(suppressed).toHaveLength(named.length)
  expect(new Set(byId.map(({ key }) => String(key)))).toEqual(passed)
}
