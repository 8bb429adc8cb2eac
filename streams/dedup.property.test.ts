import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Headers } from '../kafka/stream-port.ts'
import { type DedupOptions, dedup } from './dedup.ts'
import { type Piped, TestDriver } from './test-driver.ts'

const YEAR = 365 * 86_400_000

interface Input extends Piped {
  readonly key: Buffer | null
  readonly value: Buffer | null
  readonly headers: Headers
  readonly timestamp: number
}

/** One fate of one record, by what it says of itself. */
interface Fate {
  readonly topic: 'unique' | 'duplicate' | 'dead'
  readonly offset: number
  readonly firstSeenAt?: number
  readonly code?: string
}

/** De-duplication as its definition reads: a list of all ids ever counted, looked through from one end to the other. */
function fatesByDefinition(inputs: readonly Input[], { retentionMs, mode }: DedupOptions): Fate[] {
  let list: { id: string; firstSeenAt: number; countsFrom: number; streamTimeAtCount: number }[] = []
  let streamTime = Number.NEGATIVE_INFINITY
  return inputs.map(({ key, value, timestamp }, offset): Fate => {
    if (timestamp > streamTime) streamTime = timestamp
    if (!key?.length) return { topic: 'dead', offset, code: 'NO_KEY' }
    if (value === null) return { topic: 'dead', offset, code: 'NO_VALUE' }
    const id = key.toString('hex')
    for (const entry of list) {
      const isRemembered = streamTime < entry.streamTimeAtCount + retentionMs
      if (entry.id !== id || !isRemembered || timestamp >= entry.countsFrom + retentionMs) continue
      if (mode === 'sliding') {
        if (timestamp > entry.countsFrom) entry.countsFrom = timestamp
        entry.streamTimeAtCount = streamTime
      }
      return { topic: 'duplicate', offset, firstSeenAt: entry.firstSeenAt }
    }
    list = list.filter((entry) => entry.id !== id)
    list.push({ id, firstSeenAt: timestamp, countsFrom: timestamp, streamTimeAtCount: streamTime })
    return { topic: 'unique', offset }
  })
}

const options: fc.Arbitrary<DedupOptions> = fc.record({
  retentionMs: fc.constantFrom(1, 2, 10, 255, 256, 257, 1_000, 100_000, 86_400_000),
  mode: fc.constantFrom('fixed', 'sliding'),
})

/** How the clock of a producer goes on, in retentions or in ms: in order, out of order, far late, years ahead. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ retentions: fc.double({ min: 0, max: 0.4, noNaN: true }) }) },
  { weight: 2, arbitrary: fc.record({ retentions: fc.double({ min: -0.9, max: 1.5, noNaN: true }) }) },
  { weight: 2, arbitrary: fc.record({ ms: fc.constantFrom(0, 0, 1, -1) }) },
  { weight: 2, arbitrary: fc.record({ retentions: fc.constantFrom(1, -1, 2, -5) }) },
  { weight: 1, arbitrary: fc.record({ ms: fc.constantFrom(YEAR, 30 * YEAR, -YEAR) }) },
)
const id = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('61', '62', '63', '6162', '00', '0061', 'ff', 'fe') },
  { weight: 1, arbitrary: fc.constantFrom(null, '') },
)
const record = fc.record({ id, step, hasValue: fc.nat(15).map((one) => one > 0) })
const turn = fc.record({
  records: fc.array(record, { maxLength: 6 }),
  after: fc.array(fc.constantFrom('commit', 'commit', 'abort', 'restart', 'compact', 'compact half'), {
    maxLength: 2,
  }),
})
const turns = fc.array(turn, { maxLength: 25 })
type Turn = typeof turns extends fc.Arbitrary<(infer T)[]> ? T : never

/** The turns' records with times and bytes: each value is its own, and its header says the offset that it gets. */
function inputsOf(all: readonly Turn[], retentionMs: number): Input[][] {
  let time = 3 * YEAR
  let offset = 0
  return all.map(({ records }) =>
    records.map(({ id, step, hasValue }) => {
      const by = 'ms' in step ? step.ms : Math.round(step.retentions * retentionMs)
      time = Math.max(0, time + by)
      const headers: Headers = [[Buffer.from('offset'), Buffer.from(String(offset))]]
      offset += 1
      return {
        key: id === null ? null : Buffer.from(id, 'hex'),
        value: hasValue ? Buffer.from([0xff, offset >> 8, offset & 255]) : null,
        headers,
        timestamp: time,
        partition: 0,
      }
    }),
  )
}

function run(all: readonly Turn[], batches: readonly Input[][], chosen: DedupOptions) {
  const driver = new TestDriver(dedup(chosen), { retentionMs: chosen.retentionMs })
  for (const [index, batch] of batches.entries()) {
    driver.pipeAll(batch)
    for (const action of all[index]?.after ?? []) {
      if (action === 'compact half') driver.compact(0.5)
      else driver[action]()
    }
  }
  driver.commit()
  return driver
}

/** What came out, one fate for each record that came out, with all that a record must have kept checked. */
function fatesOf(driver: TestDriver<unknown>, inputs: readonly Input[]): Fate[] {
  return driver.output.map(({ topic, ...record }): Fate => {
    const header = (name: string) =>
      String(record.headers.find(([candidate]) => String(candidate) === name)?.[1])
    const offset = Number(header('offset'))
    const input = inputs[offset] as Input
    const { key, value, timestamp, headers } = input
    const kept = { key, timestamp, headers: [...headers] }
    if (topic === 'transactions-unique') {
      expect(record).toEqual({ ...kept, value, partition: 0 })
      return { topic: 'unique', offset }
    }
    if (topic === 'transactions-duplicates') {
      const { firstSeenAt, ...duplicate } = JSON.parse(String(record.value))
      expect(record).toMatchObject(kept)
      expect(duplicate).toEqual({
        id: String(key),
        seenAgainAt: timestamp,
        source: { topic: 'transactions-by-id', partition: 0, offset },
      })
      return { topic: 'duplicate', offset, firstSeenAt }
    }
    expect(record).toMatchObject({ key, value, timestamp })
    expect(header('dead-letter-offset')).toBe(String(offset))
    return { topic: 'dead', offset, code: header('dead-letter-error') }
  })
}

describe('de-duplication', () => {
  test('is its definition, whatever comes, however it is cut, aborted, restarted and compacted', () => {
    fc.assert(
      fc.property(turns, options, (all, chosen) => {
        const batches = inputsOf(all, chosen.retentionMs)
        const inputs = batches.flat()
        expect(fatesOf(run(all, batches, chosen), inputs)).toEqual(fatesByDefinition(inputs, chosen))
      }),
      { numRuns: 500 },
    )
  })

  test('gives the same output for the same input, cut differently', () => {
    fc.assert(
      fc.property(turns, options, fc.array(fc.nat(5)), (all, chosen, cuts) => {
        const batches = inputsOf(all, chosen.retentionMs)
        const rest = batches.flat()
        const others = [...cuts.map((length) => rest.splice(0, length)), rest]
        expect(run([], others, chosen).output).toEqual(run(all, batches, chosen).output)
      }),
    )
  })

  test('keeps exactly the ids it still remembers, but for a 256th of the retention', () => {
    fc.assert(
      fc.property(turns, options, (all, chosen) => {
        const batches = inputsOf(all, chosen.retentionMs)
        const driver = run(all, batches, chosen)
        driver.restart()
        const { retentionMs } = chosen
        const width = Math.ceil(retentionMs / 256)
        const { streamTime, size } = driver.storeOf()
        const forgetTimes = driver
          .changelogOf()
          .filter(({ key }) => key?.length)
          .map(({ value }) => (value as Buffer).readDoubleBE(0))
        expect(forgetTimes).toHaveLength(size)
        for (const time of forgetTimes) expect(time + width).toBeGreaterThan(streamTime)
      }),
    )
  })

  test('writes at most one tombstone for each time that an id was let through', () => {
    fc.assert(
      fc.property(turns, options, (all, chosen) => {
        const uncompacted = all.map(({ records }) => ({
          records,
          after: ['commit', 'abort'] as Turn['after'],
        }))
        const driver = run(uncompacted, inputsOf(all, chosen.retentionMs), chosen)
        const left = new Map<string, number>()
        const count = (key: Buffer | null, by: number) => {
          const name = String(key?.toString('hex'))
          left.set(name, (left.get(name) ?? 0) + by)
        }
        for (const { key } of driver.outputOf('transactions-unique')) count(key, 1)
        for (const { key, value } of driver.changelogOf()) if (value === null) count(key, -1)
        expect(Math.min(0, ...left.values())).toBe(0)
      }),
    )
  })
})
