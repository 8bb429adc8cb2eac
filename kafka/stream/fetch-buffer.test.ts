import { describe, expect, test } from 'vitest'
import type { StreamRecord } from '../protocol/record.ts'
import { FetchBuffer } from './fetch-buffer.ts'

/** A fetched partition with records at the given offsets. */
function fetched(partition: number, offsets: readonly number[], next: number, end = next) {
  const records = offsets.map((offset) => ({ offset }) as StreamRecord)
  return { partition, records, next, end }
}

function bufferOf(...partitions: ReturnType<typeof fetched>[]): FetchBuffer {
  const buffer = new FetchBuffer()
  for (const one of partitions) {
    buffer.open(one.partition, 0)
    buffer.add(one)
  }
  return buffer
}

function taken(buffer: FetchBuffer, limit: number) {
  return buffer
    .take(limit)
    .map(({ partition, records, next }) => [partition, records.map(({ offset }) => offset), next])
}

describe('a fetch buffer', () => {
  test('gives each partition an equal share of the limit, and the rest later', () => {
    const buffer = bufferOf(fetched(0, [0, 1, 2, 3], 4), fetched(1, [0], 1), fetched(2, [5, 6, 7], 8))
    expect(taken(buffer, 6)).toEqual([
      [0, [0, 1], 2],
      [1, [0], 1],
      [2, [5, 6, 7], 8],
    ])
    expect(buffer.waiting).toBe(2)
    expect(taken(buffer, 6)).toEqual([[0, [2, 3], 4]])
    expect(taken(buffer, 6)).toEqual([])
  })

  test('gives an empty batch for markers without records, once', () => {
    const buffer = bufferOf(fetched(0, [], 2))
    expect(taken(buffer, 10)).toEqual([[0, [], 2]])
    buffer.add(fetched(0, [], 2))
    expect(taken(buffer, 10)).toEqual([])
  })

  test('fetches a partition again only when none of its records waits, from behind what it has fetched', () => {
    const buffer = bufferOf(fetched(0, [0, 1], 2), fetched(1, [], 7))
    expect(buffer.toFetch()).toEqual(new Map([[1, 7]]))
    buffer.take(10)
    expect(buffer.toFetch()).toEqual(
      new Map([
        [0, 2],
        [1, 7],
      ]),
    )
  })

  test('counts lag from the committed offset to the last stable one, and 0 when drained', () => {
    const buffer = bufferOf(fetched(0, [0, 1], 3, 10))
    expect(buffer.lag(0)).toBe(10)
    buffer.take(10)
    expect(buffer.lag(0)).toBe(10)
    buffer.committed(0, 3)
    expect(buffer.lag(0)).toBe(7)
    buffer.add(fetched(0, [3], 10))
    buffer.take(10)
    buffer.committed(0, 10)
    expect(buffer.lag(0)).toBe(0)
  })

  test('knows nothing of a partition that it has forgotten, even if a commit or a fetch comes late', () => {
    const buffer = bufferOf(fetched(0, [0], 1, 9))
    buffer.forget(0)
    buffer.add(fetched(0, [0], 1, 9))
    buffer.committed(0, 1)
    expect([buffer.waiting, buffer.lag(0), buffer.toFetch().size, buffer.take(10).length]).toEqual([
      0, 0, 0, 0,
    ])
  })
})
