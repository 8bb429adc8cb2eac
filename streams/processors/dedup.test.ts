import fc from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { withEventTime } from '../../kafka/protocol/event-time-header.ts'
import { type Piped, TestDriver } from '../runtime/test-driver.ts'
import { ExpiryIndex } from '../store/expiry-index.ts'
import { type DedupOptions, type Duplicate, dedup } from './dedup.ts'

const UNIQUE = 'transactions-unique'
const DUPLICATES = 'transactions-duplicates'
const HOUR = 3_600_000
const YEAR = 365 * 24 * HOUR
/** The start of each test: times count from here. */
const T0 = Date.UTC(2026, 0)

function driver(options: Partial<DedupOptions> = {}, partitions = 1) {
  const { retentionMs = 100, mode = 'fixed' } = options
  return new TestDriver(dedup({ retentionMs, mode }), { retentionMs, partitions })
}

/** A record as the re-key writes it: with its own time, appended at the same time unless the test says otherwise. */
function at(time: number, id = 'a', { appended = time, ...more }: Piped & { appended?: number } = {}): Piped {
  const key = Buffer.from(id)
  const value = Buffer.from(`{"id":"${id}"}`)
  const headers = withEventTime(more.headers ?? [], T0 + time)
  return { key, value, timestamp: T0 + appended, appendedAt: T0 + appended, ...more, headers }
}

/** Pipes records of one id, each in its own transaction, and returns the times of those that passed. */
function passed(options: Partial<DedupOptions>, ...times: number[]): number[] {
  const run = driver(options)
  for (const time of times) {
    run.pipe(at(time))
    run.commit()
  }
  return passedOf(run)
}

function passedOf(run: TestDriver<unknown>): number[] {
  return run.outputOf(UNIQUE).map(({ timestamp }) => timestamp - T0)
}

function duplicates(run: TestDriver<unknown>): Duplicate[] {
  return run.outputOf(DUPLICATES).map(({ value }) => JSON.parse(String(value)))
}

/** The ids that the changelog holds, without the record of stream time. */
function liveIds(run: TestDriver<unknown>): string[] {
  return run
    .changelogOf()
    .filter(({ key }) => key?.length)
    .map(({ key }) => String(key))
}

describe('the first record of an id', () => {
  test('passes with its value, headers and time unchanged', () => {
    const run = driver()
    const value = Buffer.from([0xff, 0, 0x7b])
    const headers = [
      [Buffer.from('trace'), Buffer.from([0, 255])],
      [Buffer.from('trace'), null],
    ] as const
    run.pipe(at(7, 'a', { value, headers }))
    run.commit()
    expect(run.output).toEqual([
      { topic: UNIQUE, partition: 0, key: Buffer.from('a'), value, headers, timestamp: T0 + 7 },
    ])
    expect(run.output[0]?.value).toBe(value)
  })

  test('is not seen before its transaction is committed', () => {
    const run = driver()
    run.pipe(at(0))
    expect(run.output).toEqual([])
  })

  test('passes again after an abort, once', () => {
    const run = driver()
    run.pipe(at(0))
    run.abort()
    run.pipe(at(1))
    run.commit()
    expect(passedOf(run)).toEqual([0])
    expect(duplicates(run)).toHaveLength(1)
  })
})

describe('a later record of an id', () => {
  test('is suppressed, and reported with the time when the id was first seen', () => {
    const run = driver({}, 3)
    run.pipeAll([at(3, 'x'), at(5, 'a', { partition: 2 }), at(9, 'a', { partition: 2 })])
    run.commit()
    expect(duplicates(run)).toEqual([
      {
        id: 'a',
        firstSeenAt: T0 + 5,
        seenAgainAt: T0 + 9,
        source: { topic: 'transactions-by-id', partition: 2, offset: 1 },
      },
    ])
    expect(run.outputOf(DUPLICATES)[0]).toMatchObject({ key: Buffer.from('a'), timestamp: T0 + 9 })
  })

  test('is suppressed after a restart from a compacted changelog', () => {
    const run = driver()
    run.pipeAll([at(0), at(1, 'b')])
    run.commit()
    run.restart()
    run.pipeAll([at(2), at(3, 'b'), at(4, 'c')])
    run.commit()
    expect(run.outputOf(UNIQUE).map(({ key }) => String(key))).toEqual(['a', 'b', 'c'])
  })

  test.each([
    ['fixed', [0, 60, 99, 100], [0, 100]],
    ['fixed', [0, 99, 100, 199, 200], [0, 100, 200]],
    ['sliding', [0, 99, 198, 297, 397], [0, 397]],
    ['sliding', [0, 100, 199, 298], [0, 100]],
  ] as const)('passes from the %s retention on: of %j those at %j', (mode, times, expected) => {
    expect(passed({ mode }, ...times)).toEqual(expected)
  })

  test('that comes late, out of order, still meets the first', () => {
    expect(passed({}, 1_000, 0)).toEqual([1_000])
  })

  test('that comes late does not shorten a sliding retention', () => {
    expect(passed({ mode: 'sliding' }, 1_000, 950, 1_099, 1_198)).toEqual([1_000])
  })

  test('passes when the broker’s clock has moved beyond the retention, whatever its own time is', () => {
    const run = driver()
    run.pipeAll([at(0), at(0, 'a', { appended: 99 }), at(0, 'a', { appended: 100 })])
    run.commit()
    expect(passedOf(run)).toEqual([0, 0])
  })

  test('passes when a history is loaded at once and its own time is beyond the retention', () => {
    const run = driver({ retentionMs: HOUR })
    const appended = 5 * HOUR
    run.pipeAll([0, 0.5, 1, 1.5, 2].map((hours) => at(hours * HOUR, 'a', { appended })))
    run.commit()
    expect(passedOf(run)).toEqual([0, HOUR, 2 * HOUR])
  })
})

describe('a record that cannot be de-duplicated', () => {
  test.each([
    ['NO_KEY', 'no key', { key: null }],
    ['NO_KEY', 'an empty key', { key: Buffer.alloc(0) }],
    ['NO_VALUE', 'no value', { value: null }],
  ] as const)('is a dead letter as %s where it has %s', (code, _, part) => {
    const run = driver()
    run.pipeAll([at(0, 'a', part), at(1)])
    run.commit()
    const reasons = run.deadLetters.flatMap(({ headers }) => headers.map(([, value]) => String(value)))
    expect(reasons).toContain(code)
    expect(passedOf(run)).toEqual([1])
  })
})

describe('ids whose retention is over', () => {
  test('are removed from the store and the compacted changelog, with one tombstone each', () => {
    const run = driver()
    for (let index = 0; index < 1_000; index += 1) {
      run.pipe(at(index, `id-${index}`))
      if (index % 7 === 0) run.commit()
    }
    run.commit()
    const tombstones = run.changelogOf().flatMap(({ key, value }) => (value === null ? [String(key)] : []))
    expect(tombstones).toEqual(Array.from({ length: 899 }, (_, index) => `id-${index}`))
    run.restart()
    expect(liveIds(run)).toEqual(Array.from({ length: 101 }, (_, index) => `id-${index + 899}`))
    expect(run.storeOf().size).toBe(101)
  })

  test('are removed by the next record if they ended while no process ran', () => {
    const run = driver()
    run.pipeAll([at(0), at(0, 'b')])
    run.commit()
    run.restart()
    run.pipe(at(YEAR, 'c'))
    run.commit()
    run.compact()
    expect(liveIds(run)).toEqual(['c'])
  })

  test.each([255, 256, 257, 1_000])(
    'are removed no later than retention / 256 after their time (%i ms)',
    (retentionMs) => {
      const run = driver({ retentionMs })
      const width = Math.ceil(retentionMs / 256)
      for (let time = 0; time < 3 * retentionMs; time += 1) {
        run.pipe(at(time, `id-${time}`))
        run.commit()
        expect(run.storeOf().size).toBeLessThanOrEqual(retentionMs + width)
      }
    },
  )
})

describe('the work of expiry', () => {
  afterEach(() => vi.restoreAllMocks())

  /** Counts the slots that the expiry index gives back during a run. */
  function slotsVisited(mode: DedupOptions['mode'], records: number, ids: number, stepMs: number): number {
    let visited = 0
    const takeDue = ExpiryIndex.prototype.takeDue
    vi.spyOn(ExpiryIndex.prototype, 'takeDue').mockImplementation(function (this: ExpiryIndex, time) {
      const slots = takeDue.call(this, time)
      visited += slots.length
      return slots
    })
    const run = driver({ mode, retentionMs: 10_000 })
    for (let index = 0; index < records; index += 1) run.pipe(at(index * stepMs, `id-${index % ids}`))
    return visited
  }

  test.each([
    ['fixed', 'ids that never come again', 5_000, 5_000, 10],
    ['fixed', 'few ids', 5_000, 20, 10],
    ['sliding', 'ids that are always renewed', 5_000, 200, 10],
    ['sliding', 'jumps beyond the retention', 5_000, 200, 12_345],
    ['fixed', 'everything at one time', 5_000, 1_000, 0],
  ] as const)('looks at one slot per record at most: retention %s, %s', (mode, _, records, ids, stepMs) => {
    expect(slotsVisited(mode, records, ids, stepMs)).toBeLessThanOrEqual(records)
  })

  test('looks at more than 3,000 slots for 5,000 ids, so the counter of the test above works', () => {
    expect(slotsVisited('fixed', 5_000, 5_000, 10)).toBeGreaterThan(3_000)
  })
})

describe('an id', () => {
  test('is distinct from every other id, whatever its bytes are', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.uint8Array({ minLength: 1, maxLength: 4 }), {
          comparator: 'SameValue',
          selector: String,
        }),
        (ids) => {
          const run = driver()
          run.pipeAll(ids.map((id) => at(0, '', { key: Buffer.from(id), partition: 0 })))
          run.commit()
          run.restart()
          run.pipeAll(ids.map((id) => at(1, '', { key: Buffer.from(id), partition: 0 })))
          run.commit()
          expect(run.outputOf(UNIQUE)).toHaveLength(ids.length)
          expect(run.outputOf(DUPLICATES)).toHaveLength(ids.length)
        },
      ),
    )
  })
})
