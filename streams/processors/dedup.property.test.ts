import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { withEventTime } from '../../kafka/protocol/event-time-header.ts'
import type { Headers } from '../../kafka/protocol/record.ts'
import { type Piped, TestDriver } from '../runtime/test-driver.ts'
import { type DedupOptions, dedup } from './dedup.ts'

const HOUR = 3_600_000
const YEAR = 365 * 24 * HOUR
const T0 = Date.UTC(2026, 0)
const Y2000 = Date.UTC(2000, 0)

interface Input extends Piped {
  readonly key: Buffer | null
  readonly value: Buffer | null
  /** As the producer made them. */
  readonly own: Headers
  /** The time that the record says; undefined where nobody wrote it beside the broker's. */
  readonly claim: number | undefined
  readonly appendedAt: number
}

/** One fate of one record, by what it says of itself. */
interface Fate {
  readonly topic: 'unique' | 'duplicate' | 'dead'
  readonly offset: number
  readonly firstSeenAt?: number
  readonly seenAgainAt?: number
  readonly timestamp?: number
  readonly code?: string
}

/** De-duplication as its definition reads: a list of all ids ever counted, looked through from one end to the other. */
function fatesByDefinition(inputs: readonly Input[], { retentionMs, mode }: DedupOptions): Fate[] {
  let list: { id: string; firstSeenAt: number; countsFrom: number; countedAt: number }[] = []
  let clock = Number.NEGATIVE_INFINITY
  return inputs.map(({ key, value, claim, appendedAt }, offset): Fate => {
    if (appendedAt > clock) clock = appendedAt
    if (!key?.length) return { topic: 'dead', offset, code: 'NO_KEY' }
    if (value === null) return { topic: 'dead', offset, code: 'NO_VALUE' }
    const isClaim = claim !== undefined && claim >= Y2000
    const at = isClaim && claim < clock ? claim : clock
    const timestamp = isClaim && claim <= clock + HOUR ? claim : clock
    const id = key.toString('hex')
    for (const entry of list) {
      const isRemembered = clock < entry.countedAt + retentionMs
      if (entry.id !== id || !isRemembered || at >= entry.countsFrom + retentionMs) continue
      if (mode === 'sliding') {
        if (at > entry.countsFrom) entry.countsFrom = at
        entry.countedAt = clock
      }
      return { topic: 'duplicate', offset, firstSeenAt: entry.firstSeenAt, seenAgainAt: at, timestamp }
    }
    list = list.filter((entry) => entry.id !== id)
    list.push({ id, firstSeenAt: at, countsFrom: at, countedAt: clock })
    return { topic: 'unique', offset, timestamp }
  })
}

const options: fc.Arbitrary<DedupOptions> = fc.record({
  retentionMs: fc.constantFrom(1, 2, 10, 255, 256, 257, 1_000, 100_000, 86_400_000),
  mode: fc.constantFrom('fixed', 'sliding'),
})

/** How a clock goes on, in retentions or in ms: in order, out of order, far late, years ahead. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ retentions: fc.double({ min: 0, max: 0.4, noNaN: true }) }) },
  { weight: 2, arbitrary: fc.record({ retentions: fc.double({ min: -0.9, max: 1.5, noNaN: true }) }) },
  { weight: 2, arbitrary: fc.record({ ms: fc.constantFrom(0, 0, 1, -1) }) },
  { weight: 2, arbitrary: fc.record({ retentions: fc.constantFrom(1, -1, 2, -5) }) },
  { weight: 1, arbitrary: fc.record({ ms: fc.constantFrom(YEAR, 20 * YEAR, -YEAR) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** How the broker's clock goes on: it may go back, where another broker leads, and then is waited for. */
const brokerStep = fc.oneof(
  { weight: 6, arbitrary: fc.record({ retentions: fc.double({ min: 0, max: 0.4, noNaN: true }) }) },
  { weight: 3, arbitrary: fc.record({ ms: fc.constantFrom(0, 0, 1, 2) }) },
  { weight: 1, arbitrary: fc.record({ retentions: fc.constantFrom(-0.5, -1, 1, 3) }) },
)

/** What a record says of its time: what its producer's clock says, the broker's time about, or something else. */
const claim = fc.oneof(
  { weight: 6, arbitrary: fc.record({ step }) },
  { weight: 3, arbitrary: fc.record({ skew: fc.integer({ min: -2 * HOUR, max: 2 * HOUR }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      time: fc.oneof(
        fc.constantFrom(-1, 0, 1, Y2000 - 1, Y2000, T0 / 1_000, T0 * 1_000, 2 ** 53 - 1, -(2 ** 53) + 1),
        fc.maxSafeInteger(),
      ),
    }),
  },
  { weight: 1, arbitrary: fc.constant('none' as const) },
)
type Claim = typeof claim extends fc.Arbitrary<infer T> ? T : never

const id = fc.oneof(
  { weight: 9, arbitrary: fc.constantFrom('61', '62', '63', '6162', '00', '0061', 'ff', 'fe') },
  { weight: 1, arbitrary: fc.constantFrom(null, '') },
)
const record = fc.record({ id, claim, brokerStep, hasValue: fc.nat(15).map((one) => one > 0) })
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
  const after = (time: number, by: Step) =>
    time + ('ms' in by ? by.ms : Math.round(by.retentions * retentionMs))
  let producer = T0
  let broker = T0
  let offset = 0
  const timeOf = (claim: Claim): number | undefined => {
    if (claim === 'none') return undefined
    if ('time' in claim) return claim.time
    if ('skew' in claim) return broker + claim.skew
    producer = after(producer, claim.step)
    return producer
  }
  return all.map(({ records }) =>
    records.map(({ id, claim, brokerStep, hasValue }) => {
      broker = after(broker, brokerStep)
      const own: Headers = [[Buffer.from('offset'), Buffer.from(String(offset))]]
      offset += 1
      return inputOf(
        id,
        hasValue ? Buffer.from([0xff, offset >> 8, offset & 255]) : null,
        own,
        timeOf(claim),
        broker,
      )
    }),
  )
}

function inputOf(
  id: string | null,
  value: Buffer | null,
  own: Headers,
  claim: number | undefined,
  appendedAt: number,
): Input {
  const headers = claim === undefined ? own : withEventTime(own, claim)
  const key = id === null ? null : Buffer.from(id, 'hex')
  return { key, value, own, headers, claim, timestamp: appendedAt, appendedAt, partition: 0 }
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
    const { key, value, headers, own, timestamp: appended } = inputs[offset] as Input
    const { timestamp } = record
    if (topic === 'transactions-unique') {
      expect(record).toEqual({ key, value, headers: own, timestamp, partition: 0 })
      return { topic: 'unique', offset, timestamp }
    }
    if (topic === 'transactions-duplicates') {
      const { firstSeenAt, seenAgainAt, ...duplicate } = JSON.parse(String(record.value))
      expect(record).toMatchObject({ key, headers: own })
      expect(duplicate).toEqual({
        id: String(key),
        source: { topic: 'transactions-by-id', partition: 0, offset },
      })
      return { topic: 'duplicate', offset, firstSeenAt, seenAgainAt, timestamp }
    }
    expect(record).toMatchObject({ key, value, timestamp: appended })
    expect(record.headers.slice(0, headers?.length)).toEqual(headers)
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
      { numRuns: 300 },
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

  test('is the same for an id whatever time the records of others say', () => {
    fc.assert(
      fc.property(turns, options, fc.infiniteStream(claim), (all, chosen, claims) => {
        const batches = inputsOf(all, chosen.retentionMs)
        const others = batches.map((batch) =>
          batch.map((input): Input => {
            const [other] = [...claims.take(1)]
            const id = input.key?.toString('hex') ?? null
            if (id === '61' || other === undefined || other === 'none' || !('time' in other)) return input
            return inputOf(id, input.value, input.own, other.time, input.appendedAt)
          }),
        )
        const ofOne = (of: readonly Input[][]) =>
          run(all, of, chosen).output.filter(({ key }) => key?.toString('hex') === '61')
        expect(ofOne(others)).toEqual(ofOne(batches))
      }),
    )
  })

  test('takes a time that is ahead of the broker’s for the broker’s', () => {
    fc.assert(
      fc.property(turns, options, (all, chosen) => {
        const batches = inputsOf(all, chosen.retentionMs)
        let clock = Number.NEGATIVE_INFINITY
        const capped = batches.map((batch) =>
          batch.map((input) => {
            clock = Math.max(clock, input.appendedAt)
            if (input.claim === undefined || input.claim <= clock) return input
            return inputOf(
              input.key?.toString('hex') ?? null,
              input.value,
              input.own,
              clock,
              input.appendedAt,
            )
          }),
        )
        const fates = (of: readonly Input[][]) =>
          fatesOf(run(all, of, chosen), of.flat()).map(({ timestamp: _, ...fate }) => fate)
        expect(fates(capped)).toEqual(fates(batches))
      }),
    )
  })

  test('passes on only times that topics keep: none before 2000, none more than an hour ahead', () => {
    fc.assert(
      fc.property(turns, options, (all, chosen) => {
        const batches = inputsOf(all, chosen.retentionMs)
        const latest = Math.max(...batches.flat().map(({ appendedAt }) => appendedAt))
        const { output } = run(all, batches, chosen)
        for (const { timestamp } of output) {
          expect(timestamp).toBeGreaterThanOrEqual(Y2000)
          expect(timestamp).toBeLessThanOrEqual(latest + HOUR)
        }
      }),
    )
  })

  test('holds no more ids than came within the retention of the broker’s clock, and none when it is over', () => {
    fc.assert(
      fc.property(turns, options, (all, chosen) => {
        const batches = inputsOf(all, chosen.retentionMs)
        const driver = run(all, batches, chosen)
        const { retentionMs } = chosen
        const width = Math.ceil(retentionMs / 256)
        let clock = Number.NEGATIVE_INFINITY
        const seen = batches.flat().map(({ key, appendedAt }) => {
          clock = Math.max(clock, appendedAt)
          return { key: key?.toString('hex'), clock }
        })
        const recent = seen.filter((one) => one.clock > clock - retentionMs - width)
        expect(driver.storeOf().size).toBeLessThanOrEqual(new Set(recent.map(({ key }) => key)).size)
        const last = inputOf('6c617374', Buffer.alloc(0), [], undefined, clock + retentionMs + width)
        if (Number.isFinite(clock)) {
          driver.pipe(last)
          expect(driver.storeOf().size).toBe(1)
        }
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
