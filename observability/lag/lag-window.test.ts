import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ClusterOffsets } from '../../kafka/clients/cluster-offsets.ts'
import { LagWindow, WINDOW_MS } from './lag-window.ts'

const WALL = Date.UTC(2026, 0)

interface Look {
  /** The stable end of each partition of the topic. */
  readonly ends: readonly number[]
  readonly start?: number
  readonly members?: number
  /** The committed offset of each partition; undefined where there is none. */
  readonly committed?: readonly (number | undefined)[]
  readonly group?: string
}

function offsets({ ends, start = 0, members = 1, committed = [], group = 'group' }: Look): ClusterOffsets {
  const known = committed.flatMap((offset, partition) =>
    offset === undefined ? [] : [[partition, offset] as const],
  )
  return {
    topics: new Map([['topic', ends.map((stable) => ({ start, stable, highWatermark: stable + 5 }))]]),
    groups: new Map([[group, { state: 'Stable', members, committed: new Map([['topic', new Map(known)]]) }]]),
  }
}

/** Looks once per second; returns what the last look says of the group. */
function lagAfter(looks: readonly Look[], declared = [{ group: 'group', topics: ['topic'] }]) {
  const window = new LagWindow(declared)
  const snapshots = looks.map((look, second) =>
    window.observe(offsets(look), WALL + second * 1_000, second * 1_000),
  )
  return snapshots.at(-1)?.groups[0]
}

describe('lag', () => {
  test('counts to the last stable offset, not to the high watermark', () => {
    expect(lagAfter([{ ends: [10], committed: [10] }])).toMatchObject({ lag: 0, backlogAgeMs: 0 })
  })

  test('counts from the partition’s start before the first commit, and after retention went past the offset', () => {
    expect(lagAfter([{ ends: [10, 10], start: 4, committed: [undefined, 2] }])?.lag).toBe(12)
  })

  test('leaves out the partitions of a foreign group that it never committed', () => {
    expect(lagAfter([{ ends: [10, 10], committed: [7, undefined] }], [])?.lag).toBe(3)
  })

  test('of a declared group that the cluster does not know is all that its topics hold', () => {
    const window = new LagWindow([{ group: 'never run', topics: ['topic'] }])
    const [first] = window.observe(offsets({ ends: [7] }), WALL, 0).groups
    expect(first).toMatchObject({ group: 'never run', lag: 7, members: 0, verdict: 'stopped' })
  })

  test('is never negative, and 0 exactly if all partitions are at their ends', () => {
    const partition = fc.record({ end: fc.nat(100), committed: fc.option(fc.nat(100), { nil: undefined }) })
    fc.assert(
      fc.property(fc.array(partition, { minLength: 1 }), (partitions) => {
        const lag = lagAfter([
          { ends: partitions.map(({ end }) => end), committed: partitions.map(({ committed }) => committed) },
        ])?.lag as number
        const behind = partitions.filter(({ end, committed }) => (committed ?? 0) < end)
        expect(lag).toBeGreaterThanOrEqual(0)
        expect(lag === 0).toBe(behind.length === 0)
      }),
    )
  })
})

describe('backlog age', () => {
  test('is the time since the oldest unprocessed record came', () => {
    const looks = [0, 10, 20, 30].map((end) => ({ ends: [end], committed: [10] }))
    expect(lagAfter(looks)?.backlogAgeMs).toBeCloseTo(1_900)
  })

  test('is unknown if the backlog was there before the first look', () => {
    expect(lagAfter([{ ends: [10], committed: [3] }])?.backlogAgeMs).toBeUndefined()
  })
})

describe('rates', () => {
  test('are offsets per second over the window, and the slowest partition decides when all is caught up', () => {
    const looks = [0, 1, 2].map((second) => ({
      ends: [1_000 + second * 10, 1_000 + second * 10],
      committed: [second * 110, second * 60],
    }))
    const lag = lagAfter(looks)
    expect(lag).toMatchObject({ producedPerSecond: 20, consumedPerSecond: 170 })
    expect(lag?.catchUpMs).toBeCloseTo((900 / 50) * 1_000)
  })

  test('are unknown after one look, and there is no end in sight without progress', () => {
    expect(lagAfter([{ ends: [5], committed: [1] }])).toMatchObject({ producedPerSecond: undefined })
    expect(
      lagAfter([
        { ends: [5], committed: [1] },
        { ends: [6], committed: [1] },
      ])?.catchUpMs,
    ).toBeUndefined()
  })
})

describe('verdicts', () => {
  const full = WINDOW_MS / 1_000 + 1
  const looksOf = (look: (second: number) => Look) =>
    Array.from({ length: full }, (_, second) => look(second))

  test('a rebalance without a commit for less than a window leaves the group as it was', () => {
    const looks = looksOf((second) => ({
      ends: [1_000 + second * 100],
      committed: [second < 12 ? 1_000 + second * 100 : 2_100],
    }))
    expect(lagAfter(looks)?.verdict).toBe('ok')
  })

  test('one stalled partition makes the group stalled', () => {
    const looks = looksOf((second) => ({ ends: [second, 50], committed: [second, 20] }))
    expect(lagAfter(looks)).toMatchObject({ verdict: 'stalled', lag: 30 })
  })

  test('a group whose members are gone is stopped, though one partition commits no more than before', () => {
    const looks = looksOf((second) => ({
      ends: [second, 50],
      committed: [5, 50],
      members: second < 10 ? 1 : 0,
    }))
    expect(lagAfter(looks)?.verdict).toBe('stopped')
  })
})

test('a deleted topic is forgotten with its history, and one made again begins afresh', () => {
  const window = new LagWindow([{ group: 'group', topics: ['topic'] }])
  window.observe(offsets({ ends: [100], committed: [100] }), WALL, 0)
  const gone = window.observe({ topics: new Map(), groups: new Map() }, WALL + 1_000, 1_000)
  expect(gone.groups[0]).toMatchObject({ lag: 0, partitions: [] })
  const again = window.observe(offsets({ ends: [5], committed: [5] }), WALL + 2_000, 2_000)
  expect(again.groups[0]).toMatchObject({ lag: 0, verdict: 'ok' })
})
