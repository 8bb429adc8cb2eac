import { expect } from 'vitest'
import { topic } from '../../catalog/topics.ts'
import { Reader } from '../../kafka/clients/topic-follower.ts'
import type { Profile } from '../../kafka/profile/profile.ts'

const OUTPUTS = [
  topic('sql-transactions-unique'),
  topic('sql-transactions-duplicates'),
  topic('sql-transactions-dlq'),
] as const

/** The expected content of the outputs. */
export interface Expected {
  readonly unique: number
  readonly duplicates: number
  readonly malformed: number
}

/**
 * Reads the committed records of the outputs until all have arrived, and compares: every id once, every copy reported,
 * every malformed record set aside.
 */
export async function expectExactlyOnce(profile: Profile, expected: Expected): Promise<void> {
  const ids: string[] = []
  const found = { unique: 0, duplicates: 0, malformed: 0 }
  const kinds = ['unique', 'duplicates', 'malformed'] as const
  const readers = await Promise.all(
    OUTPUTS.map(({ name, partitions }, at) =>
      Reader.start(profile, {
        application: 'test',
        topic: name,
        from: new Map(Array.from({ length: partitions }, (_, partition) => [partition, 0])),
        onBatch: (_, messages) => {
          found[kinds[at] as keyof Expected] += messages.length
          if (at === 0) ids.push(...messages.map(({ key }) => String(key)))
        },
      }),
    ),
  )
  try {
    const total = expected.unique + expected.duplicates + expected.malformed
    await expect
      .poll(() => found.unique + found.duplicates + found.malformed, { timeout: 60_000, interval: 100 })
      .toBeGreaterThanOrEqual(total)
    expect(found).toEqual(expected)
    expect(new Set(ids).size).toBe(ids.length)
  } finally {
    await Promise.all(readers.map((reader) => reader.close()))
  }
}
