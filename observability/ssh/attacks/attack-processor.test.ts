import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { HostLogs } from '../../../producers/host-logs.ts'
import { type Piped, TestDriver } from '../../../streams/runtime/test-driver.ts'
import type { SshEvent } from '../sessions/event.ts'
import { attackProcessor } from './attack-processor.ts'
import type { AttackReport } from './attack-report.ts'
import { classifyProcessor } from './classify-processor.ts'

const OPTIONS = { windowMs: 1_000, maxFailures: 5 }
const PEER = '203.0.113.9'

/** A failure of one attempt, at a time in ms. */
function failure(at: number, event: Partial<SshEvent> = {}): Piped {
  const value = {
    time: null,
    host: 'web-1',
    pid: 1,
    kind: 'failed-authentication',
    outcome: 'failure',
    user: 'root',
    remoteAddress: PEER,
    preauth: false,
    attempts: 1,
    ...event,
  }
  return {
    key: Buffer.from(value.remoteAddress ?? ''),
    value: Buffer.from(JSON.stringify(value)),
    timestamp: at,
  }
}

function driver() {
  return new TestDriver(attackProcessor('address', OPTIONS), { retentionMs: OPTIONS.windowMs })
}

function reports(run: { outputOf(topic: string): { value: Buffer | null }[] }): AttackReport[] {
  return run.outputOf('ssh-attacks').map(({ value }) => JSON.parse(String(value)))
}

function reported(...records: Piped[]): AttackReport[] {
  const run = driver()
  run.pipeAll(records)
  run.commit()
  return reports(run)
}

const times = (count: number, step: number, from = 0) =>
  Array.from({ length: count }, (_, index) => from + index * step)

describe('an attack', () => {
  test('opens with the failure that fills the window, and not before', () => {
    expect(reported(...times(4, 100).map((at) => failure(at)))).toEqual([])
    expect(reported(...times(5, 249).map((at) => failure(at)))).toMatchObject([
      {
        state: 'open',
        scope: 'address',
        attempts: 5,
        kind: 'brute-force',
        severity: 'warning',
        addresses: [PEER],
      },
    ])
  })

  test('does not open where the failures lie further apart than the window', () => {
    expect(reported(...times(20, 250).map((at) => failure(at)))).toEqual([])
  })

  test('counts attempts, not lines', () => {
    expect(reported(failure(0, { attempts: 5, count: 5 }))).toMatchObject([{ state: 'open', attempts: 5 }])
    expect(reported(...times(20, 10).map((at) => failure(at, { attempts: 0 })))).toEqual([])
  })

  test('is told again when it has doubled', () => {
    const told = reported(...times(20, 10).map((at) => failure(at)))
    expect(told.map(({ state, attempts }) => [state, attempts])).toEqual([
      ['open', 5],
      ['grown', 10],
      ['grown', 20],
    ])
    expect(new Set(told.map(({ id }) => id)).size).toBe(1)
  })

  test('is over when the window has passed in silence, whoever’s record shows it', () => {
    const told = reported(
      ...times(7, 10).map((at) => failure(at)),
      failure(1_200, { remoteAddress: '198.51.100.7' }),
    )
    expect(told.map(({ state, attempts }) => [state, attempts])).toEqual([
      ['open', 5],
      ['closed', 7],
    ])
    expect(told[1]).toMatchObject({ first: '1970-01-01T00:00:00.000Z', last: '1970-01-01T00:00:00.060Z' })
  })

  test('goes by what the events say of their time: a log of last year, shipped in one moment, is as it was then', () => {
    const shipped = Date.parse('2026-06-01T00:00:00Z')
    const then = Date.parse('2025-06-01T00:00:00Z')
    const old = (at: number) => ({
      ...failure(at, { time: new Date(then + at).toISOString() }),
      timestamp: shipped,
    })
    expect(reported(...times(20, 250).map(old))).toEqual([])
    const run = driver()
    run.pipeAll([...times(5, 10).map(old), old(9_000)])
    run.commit()
    expect(reports(run)).toMatchObject([
      { state: 'open', first: '2025-06-01T00:00:00.000Z' },
      { state: 'closed', last: '2025-06-01T00:00:00.040Z' },
    ])
    // The topic's retention counts from now.
    expect(new Set(run.output.map(({ timestamp }) => timestamp))).toEqual(new Set([shipped]))
  })

  test('is not closed by a host whose clock is ahead', () => {
    const ahead = failure(50, { time: '2099-01-01T00:00:00.000Z', remoteAddress: '198.51.100.7' })
    const told = reported(...times(4, 10).map((at) => failure(at)), ahead, failure(60), failure(70))
    expect(told.map(({ state }) => state)).toEqual(['open'])
  })

  test('is over once, also where a line without an attempt shows it', () => {
    const told = reported(
      ...times(5, 10).map((at) => failure(at)),
      failure(1_041, { attempts: 0 }),
      failure(9_000, { remoteAddress: '198.51.100.7' }),
    )
    expect(told.map(({ state }) => state)).toEqual(['open', 'closed'])
  })

  test('is over to the millisecond, however late it is told', () => {
    const first = times(5, 10).map((at) => failure(at))
    const still = reported(...first, failure(1_039), failure(9_000, { remoteAddress: '198.51.100.7' }))
    expect(still.at(-1)).toMatchObject({ state: 'closed', attempts: 6 })
    const over = reported(...first, failure(1_040), failure(9_000, { remoteAddress: '198.51.100.7' }))
    expect(over.at(-1)).toMatchObject({ state: 'closed', attempts: 5 })
  })

  test('is over when stream time has moved on by the window, and a failure that comes late is not its', () => {
    const late = (streamTime: number) =>
      reported(
        ...times(5, 10).map((at) => failure(at)),
        failure(streamTime, { remoteAddress: '198.51.100.7' }),
        failure(500),
        failure(9_000, { remoteAddress: '198.51.100.7' }),
      )
    expect(late(1_039).at(-1)).toMatchObject({ state: 'closed', attempts: 6 })
    expect(late(1_040).at(-1)).toMatchObject({ state: 'closed', attempts: 5 })
  })

  test('is found and told as one, however far the other hosts’ lines are ahead of its own', () => {
    const ahead = failure(50_000, { remoteAddress: '198.51.100.7' })
    const told = reported(ahead, ...times(12, 100).map((at) => failure(at)))
    expect(told.map(({ state, attempts }) => [state, attempts])).toEqual([
      ['open', 5],
      ['grown', 10],
    ])
    const apart = reported(
      ahead,
      ...[0, 5_000].flatMap((from) => times(5, 10, from)).map((at) => failure(at)),
    )
    expect(apart.map(({ state }) => state)).toEqual(['open', 'closed', 'open'])
  })

  test('that begins again is another', () => {
    const told = reported(
      ...times(5, 10).map((at) => failure(at)),
      ...times(5, 10, 5_000).map((at) => failure(at)),
    )
    expect(told.map(({ state }) => state)).toEqual(['open', 'closed', 'open'])
    expect(told[2]?.id).not.toBe(told[0]?.id)
  })

  test('of an address that logs in is critical', () => {
    const success = failure(60, { outcome: 'success', kind: 'accepted', attempts: undefined })
    expect(reported(...times(5, 10).map((at) => failure(at)), success).at(-1)).toMatchObject({
      state: 'grown',
      kind: 'success-after-failures',
      severity: 'critical',
    })
    expect(reported(failure(0), success)).toEqual([])
  })

  test.each([
    ['brute-force', (index: number) => ({ user: index % 2 ? 'root' : 'bob' })],
    ['spraying', (index: number) => ({ user: `user-${index}` })],
    ['user-enumeration', (index: number) => ({ user: `user-${index}`, kind: 'invalid-user' as const })],
    ['scan', (index: number) => ({ host: `web-${index}` })],
    ['scan', () => ({ user: undefined, kind: 'no-identification' as const })],
  ])('is of the kind %s by what it tries', (kind, event) => {
    expect(reported(...times(5, 10).map((at, index) => failure(at, event(index))))).toMatchObject([{ kind }])
  })

  test('tells no more names than fit', () => {
    const events = times(400, 1).map((at) =>
      failure(at, { user: `${at}-${'x'.repeat(5_000)}`, host: `web-${at}` }),
    )
    const last = reported(...events).at(-1)
    expect(last?.users).toHaveLength(50)
    expect(last?.hosts).toHaveLength(50)
    expect(Math.max(...(last?.users ?? []).map((user) => user.length))).toBe(100)
  })
})

describe('counts', () => {
  test('run on for each address, over failures and successes', () => {
    const run = driver()
    run.pipeAll([
      failure(1),
      failure(5, { attempts: 3 }),
      failure(9, { outcome: 'success', attempts: undefined }),
    ])
    run.commit()
    const { key, value } = run.outputOf('ssh-counts').at(-1) ?? {}
    expect(String(key)).toBe(`address ${PEER}`)
    expect(JSON.parse(String(value))).toEqual({
      scope: 'address',
      key: PEER,
      failures: 2,
      attempts: 4,
      successes: 1,
      first: 1,
      last: 9,
    })
  })
})

test.each([
  null,
  '',
  'text',
  '[]',
  '{}',
  '4',
  'null',
  '{"kind":1,"outcome":2}',
  '{"kind":"other","outcome":"info","time":4}',
  `{"kind":"other","outcome":"info","host":"${'h'.repeat(2_000)}"}`,
  '{"kind":"invalid-user","outcome":"failure","host":4}',
  '{"kind":"invalid-user","outcome":"failure","remoteAddress":["203.0.113.9"]}',
  '{"kind":"invalid-user","outcome":"failure","user":{}}',
  '{"kind":"invalid-user","outcome":"failure","attempts":"5"}',
])('%j is no event, and is set aside', (value) => {
  const run = driver()
  run.pipe({ value: value === null ? null : Buffer.from(value) })
  run.commit()
  expect(run.deadLetters).toHaveLength(1)
})

interface Step {
  readonly address: string
  readonly after: number
  readonly attempts: number
  readonly ending: 'go on' | 'commit' | 'abort' | 'restart'
}

interface Attempted {
  readonly at: number
  readonly heardAt: number
  readonly attempts: number
}

/** The failures of the window with the most attempts that has the last failure in it. */
function windowWithLast(failures: readonly Attempted[]): readonly Attempted[] {
  const last = failures.at(-1) as Attempted
  const windows = failures
    .map(({ at: from }) => failures.filter(({ at }) => at >= from && at < from + OPTIONS.windowMs))
    .filter((members) => members.includes(last))
    .sort((one, other) => Math.min(...timesOf(one)) - Math.min(...timesOf(other)))
  return windows.reduce((best, members) => (sumOf(members) > sumOf(best) ? members : best))
}

const timesOf = (failures: readonly Attempted[]) => failures.map(({ at }) => at)
const sumOf = (failures: readonly Attempted[]) => failures.reduce((sum, { attempts }) => sum + attempts, 0)

/** When what is due at a time is looked at: within a sixteenth of the window. */
function lookedAt(time: number): number {
  const width = Math.ceil(OPTIONS.windowMs / 16)
  return (Math.floor(time / width) + 1) * width
}

function closeOldest(attacks: { heardAt: number; open: boolean }[]): void {
  const [oldest] = attacks.toSorted((one, other) => one.heardAt - other.heardAt)
  if (oldest) oldest.open = false
}

/** Attacks as their definition reads: all failures of an address, counted anew each time. One host, whose clock may jump. */
function byDefinition(
  steps: readonly Step[],
): { address: string; attempts: number; first: number; last: number }[] {
  const attacks: {
    address: string
    attempts: number
    first: number
    last: number
    heardAt: number
    /** When it is looked at by the host's clock. */
    dueAt: number
    open: boolean
  }[] = []
  const counting = new Map<string, readonly Attempted[]>()
  let time = 10_000
  let streamTime = Number.NEGATIVE_INFINITY
  for (const { address, after, attempts } of steps) {
    time = Math.max(0, time + after)
    streamTime = Math.max(streamTime, time)
    for (const attack of attacks) {
      const isSilent = time >= attack.last + OPTIONS.windowMs
      const isLookedAt = attack.address === address || time >= attack.dueAt
      if (streamTime >= attack.heardAt + OPTIONS.windowMs || (isSilent && isLookedAt)) attack.open = false
      else if (time >= attack.dueAt) attack.dueAt = lookedAt(attack.last + OPTIONS.windowMs)
    }
    const open = attacks.filter((attack) => attack.open && attack.address === address)
    const joining = open.findLast(
      ({ first, last }) => time > first - OPTIONS.windowMs && time < last + OPTIONS.windowMs,
    )
    if (joining) {
      joining.attempts += attempts
      joining.first = Math.min(joining.first, time)
      joining.last = Math.max(joining.last, time)
      joining.heardAt = streamTime
      continue
    }
    if (attempts === 0) continue
    const failures = [...(counting.get(address) ?? []), { at: time, heardAt: streamTime, attempts }]
    const members = windowWithLast(failures)
    if (sumOf(members) < OPTIONS.maxFailures) {
      // What a later failure, in time or in the log, can still meet.
      const behind = (one: number, other: number) => one <= other - OPTIONS.windowMs
      const last = failures.at(-1) as Attempted
      const kept = failures.filter(
        ({ at, heardAt }) => !(behind(at, last.at) && behind(heardAt, last.heardAt)),
      )
      counting.set(address, kept.slice(-OPTIONS.maxFailures))
      continue
    }
    counting.set(
      address,
      failures.filter((failure) => !members.includes(failure)),
    )
    if (open.length === 8) closeOldest(open)
    const [first, last] = [Math.min(...timesOf(members)), Math.max(...timesOf(members))]
    attacks.push({
      address,
      attempts: sumOf(members),
      first,
      last,
      heardAt: streamTime,
      dueAt: lookedAt(last + OPTIONS.windowMs),
      open: true,
    })
  }
  return attacks.map(({ open: _, heardAt: __, dueAt: ___, ...attack }) => attack)
}

describe('the processor', () => {
  const step: fc.Arbitrary<Step> = fc.record({
    address: fc.constantFrom('203.0.113.1', '203.0.113.2', '2001:db8::1'),
    after: fc.oneof(
      fc.integer({ min: 0, max: 300 }),
      fc.integer({ min: -900, max: 0 }),
      fc.integer({ min: -5_000, max: -900 }),
      fc.integer({ min: 900, max: 5_000 }),
    ),
    attempts: fc.constantFrom(0, 1, 1, 1, 2, 6),
    ending: fc.constantFrom('go on', 'go on', 'commit', 'commit', 'abort', 'restart'),
  })

  test('finds exactly the attacks of the definition, through aborts and restarts', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const run = driver()
        let time = 10_000
        for (const { address, after, attempts, ending } of steps) {
          time = Math.max(0, time + after)
          run.pipe(failure(time, { remoteAddress: address, attempts }))
          if (ending === 'abort') run.abort()
          else if (ending === 'commit') run.commit()
          else if (ending === 'restart') {
            run.commit()
            run.restart()
          }
        }
        // Long after, and twice, so that whatever is due is looked at.
        run.pipeAll([
          failure(1e9, { remoteAddress: '198.51.100.7' }),
          failure(2e9, { remoteAddress: '198.51.100.7' }),
        ])
        run.commit()
        const told = reports(run)
        const closed = told
          .filter(({ state }) => state === 'closed')
          .map(({ addresses, attempts, first, last }) => ({
            address: addresses[0],
            attempts,
            first: Date.parse(first),
            last: Date.parse(last),
          }))
        const order = (one: { first: number; address?: string | undefined }) => `${one.first} ${one.address}`
        const sorted = <T extends { first: number; address?: string | undefined }>(all: T[]) =>
          all.sort((one, other) => (order(one) < order(other) ? -1 : 1))
        expect(sorted(closed)).toEqual(sorted(byDefinition(steps)))
        expect(told.filter(({ state }) => state === 'open')).toHaveLength(closed.length)
      }),
      { numRuns: 300 },
    )
  }, 30_000)

  test('keeps records of its changelog small, however many failures it takes to open an attack', () => {
    const options = { windowMs: 1e6, maxFailures: 600 }
    const run = new TestDriver(attackProcessor('host', options), { retentionMs: options.windowMs })
    const user = '\0'.repeat(5_000)
    run.pipeAll(times(600, 1).map((at) => failure(at, { user })))
    run.commit()
    const sizes = run.changelogOf().map(({ key, value }) => (key?.length ?? 0) + (value?.length ?? 0))
    expect(Math.max(...sizes)).toBeLessThan(600_000)
    expect(reports(run)).toMatchObject([{ state: 'open', attempts: 600 }])
  }, 60_000)

  test('keeps nothing of what is over but the counts of a day', () => {
    const run = driver()
    for (let index = 0; index < 2_000; index += 1) {
      const address = `198.18.${index >> 8}.${index & 255}`
      run.pipeAll(times(5, 1, index * 10).map((at) => failure(at, { remoteAddress: address })))
    }
    run.pipe(failure(200_000, { remoteAddress: '198.51.100.7' }))
    run.pipe(failure(400_000_000, { remoteAddress: '198.51.100.7' }))
    run.pipe(failure(800_000_000, { remoteAddress: '198.51.100.7' }))
    run.commit()
    expect(run.storeOf().size).toBeLessThan(10)
  }, 30_000)
})

describe('classifying and finding attacks', () => {
  test('finds what the generator planted, of the kind that it is, and nothing else', () => {
    const start = Date.parse('2026-01-01T00:00:00Z')
    const logs = new HostLogs({ seed: 11, start, linesPerSecond: 20, hosts: 6, attackRatio: 0.15 })
    const lines = Array.from({ length: 30_000 }, () => logs.next())
    const classify = new TestDriver(classifyProcessor('normal'), { partitions: 3, retentionMs: 600_000 })
    classify.pipeAll(
      lines.map(({ timestamp, host, app, pid, message }) => ({
        key: Buffer.from(host),
        value: Buffer.from(
          JSON.stringify({ timestamp, host, app, pid, facility: null, severity: null, message }),
        ),
        timestamp,
      })),
    )
    classify.commit()
    // As a consumer group reads it: by time, whatever partition it came from.
    const events = classify
      .outputOf('ssh-events')
      .map(({ key, value, timestamp }) => ({ key, value, timestamp }))
      .sort((one, other) => one.timestamp - other.timestamp)
    const find = new TestDriver(attackProcessor('address', { windowMs: 600_000, maxFailures: 5 }), {
      partitions: 3,
      retentionMs: 600_000,
    })
    find.pipeAll(events)
    find.commit()
    const found = new Map(reports(find).map((report) => [report.addresses[0], report]))
    const planted = logs.planted.filter(({ attempts }) => attempts >= 5)
    expect([...found.keys()].sort()).toEqual(planted.map(({ address }) => address).sort())
    for (const { address, kind, hosts } of planted.filter(({ complete }) => complete)) {
      expect([address, found.get(address)?.kind]).toEqual([address, kind])
      expect([...(found.get(address)?.hosts ?? [])].sort()).toEqual(hosts)
    }
  }, 30_000)
})
