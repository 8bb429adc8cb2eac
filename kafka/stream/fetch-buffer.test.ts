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

describe('fetch buffer', () => {
  test('taking up to a limit gives each partition an equal share, and the rest later', () => {
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

  test('markers without records give one empty batch', () => {
    const buffer = bufferOf(fetched(0, [], 2))
    expect(taken(buffer, 10)).toEqual([[0, [], 2]])
    buffer.add(fetched(0, [], 2))
    expect(taken(buffer, 10)).toEqual([])
  })

  test('a partition is fetched again once none of its records waits, from after the last fetch', () => {
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

  test('lag counts from the committed to the last stable offset, and is 0 when drained', () => {
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

  test('a forgotten partition has no records, offsets or lag, even after a late fetch or commit', () => {
    const buffer = bufferOf(fetched(0, [0], 1, 9))
    buffer.forget(0)
    buffer.add(fetched(0, [0], 1, 9))
    buffer.committed(0, 1)
    expect([buffer.waiting, buffer.lag(0), buffer.toFetch().size, buffer.take(10).length]).toEqual([
      0, 0, 0, 0,
    ])
  })
})
