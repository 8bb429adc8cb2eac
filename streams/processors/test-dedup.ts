import fc from 'fast-check'
import { expect } from 'vitest'
import { withEventTime } from '../../kafka/protocol/event-time-header.ts'
import type { Headers } from '../../kafka/protocol/record.ts'
import { type Piped, TestDriver } from '../runtime/test-driver.ts'
import { type DedupOptions, dedup } from './dedup.ts'

export const HOUR = 3_600_000
const YEAR = 365 * 24 * HOUR
const T0 = Date.UTC(2026, 0)
export const Y2000 = Date.UTC(2000, 0)

export interface Input extends Piped {
  readonly key: Buffer | null
  readonly value: Buffer | null
  /** The headers as the producer made them. */
  readonly own: Headers
  /** The record's own time; undefined if it has no header with one. */
  readonly claim: number | undefined
  readonly appendedAt: number
}

/** What became of one record, identified by its own content. */
interface Fate {
  readonly topic: 'unique' | 'duplicate' | 'dead'
  readonly offset: number
  readonly firstSeenAt?: number
  readonly seenAgainAt?: number
  readonly timestamp?: number
  readonly code?: string
}

/** De-duplication by its definition: a list of all ids ever counted, searched from end to end. */
export function fatesByDefinition(inputs: readonly Input[], { retentionMs, mode }: DedupOptions): Fate[] {
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

export const options: fc.Arbitrary<DedupOptions> = fc.record({
  retentionMs: fc.constantFrom(1, 2, 10, 255, 256, 257, 1_000, 100_000, 86_400_000),
  mode: fc.constantFrom('fixed', 'sliding'),
})

/** By how much a clock moves, in retentions or in ms: in order, out of order, far late, years ahead. */
const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ retentions: fc.double({ min: 0, max: 0.4, noNaN: true }) }) },
  { weight: 2, arbitrary: fc.record({ retentions: fc.double({ min: -0.9, max: 1.5, noNaN: true }) }) },
  { weight: 2, arbitrary: fc.record({ ms: fc.constantFrom(0, 0, 1, -1) }) },
  { weight: 2, arbitrary: fc.record({ retentions: fc.constantFrom(1, -1, 2, -5) }) },
  { weight: 1, arbitrary: fc.record({ ms: fc.constantFrom(YEAR, 20 * YEAR, -YEAR) }) },
)
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never

/** By how much the broker's clock moves. It may go back when another broker becomes leader; stream time then waits for it. */
const brokerStep = fc.oneof(
  { weight: 6, arbitrary: fc.record({ retentions: fc.double({ min: 0, max: 0.4, noNaN: true }) }) },
  { weight: 3, arbitrary: fc.record({ ms: fc.constantFrom(0, 0, 1, 2) }) },
  { weight: 1, arbitrary: fc.record({ retentions: fc.constantFrom(-0.5, -1, 1, 3) }) },
)

/** The time in a record: its producer's clock, about the broker's time, or something else. */
export const claim = fc.oneof(
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
export const turns = fc.array(turn, { maxLength: 25 })
export type Turn = typeof turns extends fc.Arbitrary<(infer T)[]> ? T : never

/** The records of the turns with times and bytes: each value is unique, and a header has the offset that the record will get. */
export function inputsOf(all: readonly Turn[], retentionMs: number): Input[][] {
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

export function inputOf(
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

export function run(all: readonly Turn[], batches: readonly Input[][], chosen: DedupOptions) {
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

/** One fate for each output record; also checks all that a record must have kept. */
export function fatesOf(driver: TestDriver<unknown>, inputs: readonly Input[]): Fate[] {
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
