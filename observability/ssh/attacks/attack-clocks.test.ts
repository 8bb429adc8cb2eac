import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { TestDriver } from '../../../streams/runtime/test-driver.ts'
import { attackProcessor } from './attack-processor.ts'
import type { AttackReport } from './attack-report.ts'
import { classifyProcessor } from './classify-processor.ts'

const MINUTE_MS = 60_000
const OPTIONS = { windowMs: 10 * MINUTE_MS, maxFailures: 5 }
const START = Date.parse('2026-11-26T09:00:00Z')

/** A failed password, its true time, and its time by the host's clock. */
interface Line {
  readonly host: string
  readonly address: string
  readonly at: number
  readonly said: unknown
}

const line = (host: string, address: string, at: number, said: unknown = at): Line => ({
  host,
  address,
  at,
  said,
})

/**
 * The detector's reports for lines that are shipped as they are written, with all events in one partition.
 * @param stamped the clock of the records' timestamps: the broker's, as in catalog/topics.ts, or the host's, as on a cluster
 * with topics of an earlier version
 */
function detected(lines: readonly Line[], stamped: 'broker' | 'host' = 'broker'): AttackReport[] {
  const records = lines
    .toSorted((one, other) => one.at - other.at)
    .map(({ host, address, at, said }, index) => {
      const message = `Failed password for root from ${address} port 4711 ssh2`
      return {
        key: Buffer.from(host),
        value: Buffer.from(JSON.stringify({ timestamp: said, host, app: 'sshd', pid: index, message })),
        timestamp: stamped === 'host' ? Number(said) : at,
      }
    })
  const classify = new TestDriver(classifyProcessor('normal'), { retentionMs: OPTIONS.windowMs })
  classify.pipeAll(records)
  classify.commit()
  const find = new TestDriver(attackProcessor('address', OPTIONS), { retentionMs: OPTIONS.windowMs })
  find.pipeAll(classify.outputOf('ssh-events'))
  find.commit()
  expect([classify.deadLetters, find.deadLetters]).toEqual([[], []])
  return find.outputOf('ssh-attacks').map(({ value }) => JSON.parse(String(value)))
}

/** Much later lines of another address, which close every attack. */
const END = [0, 1].map((index) => line('end', `198.51.100.${index}`, START + 1e9 + index * 1e9))

const closed = (reports: readonly AttackReport[]) => reports.filter(({ state }) => state === 'closed')

test.each(['broker', 'host'] as const)(
  'an attack is found although another host’s clock is 55 minutes ahead, with timestamps of the %s',
  (stamped) => {
    const file = new URL('clock-ahead-logs.jsonl', import.meta.url)
    const shown = readFileSync(file, 'utf8')
      .trim()
      .split('\n')
      .map((text) => JSON.parse(JSON.parse(text).value))
    const [first] = shown
    const lines = shown.map(({ host, message, timestamp }, index) =>
      line(host, message.split(' ')[5], START + index * 1_000, START + timestamp - first.timestamp),
    )
    const opened = detected(lines, stamped).filter(({ state }) => state === 'open')
    expect(opened.map(({ hosts }) => hosts)).toEqual([['hostA'], ['hostC']])
  },
)

/** Wrong clocks: what each shows at a given time. */
const WRONG_CLOCKS: Readonly<Record<string, (at: number, index: number) => unknown>> = {
  '55 minutes ahead': (at) => at + 55 * MINUTE_MS,
  'a day behind': (at) => at - 24 * 60 * MINUTE_MS,
  '11 minutes behind': (at) => at - 11 * MINUTE_MS,
  'years ahead': (at) => at + 1e12,
  'in microseconds': (at) => at * 1000,
  'in microseconds and ahead': (at) => (at + 55 * MINUTE_MS) * 1000,
  'beyond all dates': () => 9e15,
  'in seconds': (at) => Math.floor(at / 1000),
  'at 0': () => 0,
  'at -1': () => -1,
  'never set': (at) => at - START,
  absent: () => undefined,
  'no number': () => 'yesterday',
  jumping: (at, index) => at + (index % 2 === 0 ? -1 : 1) * 55 * MINUTE_MS,
}

describe('a host with a wrong clock', () => {
  test.each(Object.keys(WRONG_CLOCKS))(
    'does not hide an attack on another host when the clock is %s',
    (name) => {
      const clock = WRONG_CLOCKS[name] as (typeof WRONG_CLOCKS)[string]
      const lines = Array.from({ length: 8 }, (_, index) => {
        const at = START + index * 20_000
        const said = clock(at + 1_000, index)
        return [line('right', '203.0.113.4', at), line('wrong', '203.0.113.5', at + 1_000, said)]
      }).flat()
      // The second address attacks both hosts.
      for (const address of ['203.0.113.5', '203.0.113.4']) {
        const attacks = closed(
          detected([...lines.map((one) => (one.host === 'wrong' ? { ...one, address } : one)), ...END]),
        )
        const ofRight = attacks.filter(({ hosts }) => hosts.includes('right'))
        expect(ofRight).toHaveLength(1)
        expect(ofRight[0]?.attempts).toBeGreaterThanOrEqual(8)
      }
    },
  )

  test.each([
    '55 minutes ahead',
    'a day behind',
    '11 minutes behind',
    'years ahead',
    'in microseconds',
    'in seconds',
    'at 0',
    'never set',
    'absent',
  ])('does not turn failures hours apart into an attack when the clock is %s', (name) => {
    const clock = WRONG_CLOCKS[name] as (typeof WRONG_CLOCKS)[string]
    const at = (minutes: number) => START + minutes * MINUTE_MS
    // The failures are as far apart as the clocks.
    const apart = [11, 55, 24 * 60].flatMap((minutes) =>
      [0, 1, 2].flatMap((second) => [
        line('right', '203.0.113.4', at(0) + second * 1_000),
        line(
          'wrong',
          '203.0.113.4',
          at(minutes) + second * 1_000,
          clock(at(minutes) + second * 1_000, second),
        ),
      ]),
    )
    const oneEach = apart.filter(
      (one, index) => apart.findIndex((other) => other.at === one.at && other.host === one.host) === index,
    )
    for (const minutes of [11, 55, 24 * 60]) {
      const near = oneEach.filter((one) => one.host === 'right' || Math.abs(one.at - at(minutes)) < MINUTE_MS)
      expect(detected([...near, ...END])).toEqual([])
    }
  })

  test('has its own attacks reported in the time of its clock', () => {
    const attacked = Array.from({ length: 6 }, (_, index) => START + index * 1_000)
    const behind = closed(
      detected([...attacked.map((at) => line('wrong', '203.0.113.4', at, at - 86_400_000)), ...END]),
    )
    expect(behind).toMatchObject([{ attempts: 6, first: '2026-11-25T09:00:00.000Z' }])
    // A line's time is never later than its record's.
    const ahead = closed(
      detected([...attacked.map((at) => line('wrong', '203.0.113.4', at, at + 3_300_000)), ...END]),
    )
    expect(ahead).toMatchObject([{ attempts: 6, first: '2026-11-26T09:00:00.000Z' }])
  })

  const failure = fc.record({
    host: fc.constantFrom('right-1', 'right-2', 'wrong-1', 'wrong-2'),
    address: fc.constantFrom('203.0.113.1', '203.0.113.2', '203.0.113.3'),
    after: fc.oneof(fc.integer({ min: 0, max: 200_000 }), fc.integer({ min: 0, max: 30 * MINUTE_MS })),
    count: fc.integer({ min: 1, max: 3 }),
  })
  const clocks = fc.tuple(
    fc.constantFrom(...Object.values(WRONG_CLOCKS)),
    fc.integer({ min: -1e10, max: 1e10 }).map((skew) => (at: number) => at + skew),
  )
  type Clock = (at: number, index: number) => unknown
  /** The lines of failures one after the other; `first` and `second` are the clocks of the hosts with wrong clocks. */
  const linesOf = (
    failures: readonly { host: string; address: string; after: number; count: number }[],
    first: Clock,
    second: Clock,
  ) => {
    let at = START
    return failures.flatMap(({ host, address, after, count }, index) => {
      at += after
      const clock = host === 'wrong-1' ? first : host === 'wrong-2' ? second : () => at
      return Array.from({ length: count }, () => line(host, address, at, clock(at, index)))
    })
  }
  const isRight = ({ host }: { readonly host: string }) => host.startsWith('right')

  test('does not change the reports on addresses that attack only hosts with right clocks', () => {
    fc.assert(
      fc.property(fc.array(failure, { maxLength: 80 }), clocks, (failures, [first, second]) => {
        // Hosts with wrong clocks are attacked by addresses of their own.
        const apart = failures.map((one) =>
          isRight(one) ? one : { ...one, address: one.address.replace('203', '198') },
        )
        const lines = linesOf(apart, first, second)
        const of = (reports: AttackReport[]) =>
          reports
            .filter(({ addresses }) => addresses[0]?.startsWith('203'))
            .map((report) => JSON.stringify(report))
            .sort()
        expect(of(detected([...lines, ...END]))).toEqual(of(detected([...lines.filter(isRight), ...END])))
      }),
      { numRuns: 60 },
    )
  }, 30_000)

  test('does not hide an attack of an address that also attacks other hosts', () => {
    fc.assert(
      fc.property(fc.array(failure, { maxLength: 60 }), clocks, (failures, [first, second]) => {
        const lines = linesOf(failures, first, second)
        const all = closed(detected([...lines, ...END]))
        for (const attack of closed(detected([...lines.filter(isRight), ...END]))) {
          const covering = all.filter(
            ({ addresses, first: begin, last: end }) =>
              addresses[0] === attack.addresses[0] && begin <= attack.first && end >= attack.last,
          )
          expect(covering.length).toBeGreaterThanOrEqual(1)
        }
      }),
      { numRuns: 60 },
    )
  }, 30_000)
})

test('attacks in old logs, shipped at once with logs of other hosts, are reported with their own times', () => {
  const winter = Date.parse('2025-12-01T03:00:00Z')
  const lines = [0, 1, 2, 3].flatMap((week) =>
    ['web-1', 'web-2'].flatMap((host) =>
      Array.from({ length: 6 }, (_, index) => ({
        host,
        address: '203.0.113.4',
        said: winter + week * 7 * 86_400_000 + index * 1_000,
      })),
    ),
  )
  // One host's log after the other's, as their files are read.
  const shipped = ['web-1', 'web-2'].flatMap((name) => lines.filter(({ host }) => host === name))
  const attacks = closed(detected([...shipped.map((one, index) => ({ ...one, at: START + index })), ...END]))
  expect(new Set(attacks.map(({ first }) => first))).toEqual(
    new Set([0, 7, 14, 21].map((day) => new Date(winter + day * 86_400_000).toISOString())),
  )
  expect(attacks.reduce((sum, { attempts }) => sum + attempts, 0)).toBe(48)
})

test('an attack in a log that is shipped at once closes when the host’s log continues for the window, about any address', () => {
  const shipped = (lines: readonly Line[]) =>
    detected(lines.map((one, index) => ({ ...one, at: START + index })))
  const long = START - 86_400_000
  const attack = Array.from({ length: 5 }, (_, index) => line('web-1', '203.0.113.4', 0, long + index))
  const goesOn = (host: string) => line(host, '198.51.100.7', 0, long + 2 * OPTIONS.windowMs)
  expect(shipped([...attack, goesOn('web-1')]).map(({ state }) => state)).toEqual(['open', 'closed'])
  // A line of another host does not close it.
  expect(shipped([...attack, goesOn('web-2')]).map(({ state }) => state)).toEqual(['open'])
})
