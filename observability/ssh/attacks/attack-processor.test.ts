import { describe, expect, test } from 'vitest'
import { HostLogs } from '../../../producers/host-logs.ts'
import { TestDriver } from '../../../streams/runtime/test-driver.ts'
import { attackProcessor } from './attack-processor.ts'
import { classifyProcessor } from './classify-processor.ts'
import { driver, failure, PEER, reported, reports, times } from './test-attacks.ts'

describe('an attack', () => {
  test('opens with the failure that reaches the limit within the window, not before', () => {
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

  test('does not open if the failures are further apart than the window', () => {
    expect(reported(...times(20, 250).map((at) => failure(at)))).toEqual([])
  })

  test('counts attempts, not lines', () => {
    expect(reported(failure(0, { attempts: 5, count: 5 }))).toMatchObject([{ state: 'open', attempts: 5 }])
    expect(reported(...times(20, 10).map((at) => failure(at, { attempts: 0 })))).toEqual([])
  })

  test('is reported again when it has doubled', () => {
    const told = reported(...times(20, 10).map((at) => failure(at)))
    expect(told.map(({ state, attempts }) => [state, attempts])).toEqual([
      ['open', 5],
      ['grown', 10],
      ['grown', 20],
    ])
    expect(new Set(told.map(({ id }) => id)).size).toBe(1)
  })

  test('is closed after a silent window, even if the record of another address shows it', () => {
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

  test('goes by the times in the events: a log of last year, shipped in one moment, gives the attacks of last year', () => {
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
    // The retention of the topic counts from the time of shipping.
    expect(new Set(run.output.map(({ timestamp }) => timestamp))).toEqual(new Set([shipped]))
  })

  test('is not closed by a host whose clock is ahead', () => {
    const ahead = failure(50, { time: '2099-01-01T00:00:00.000Z', remoteAddress: '198.51.100.7' })
    const told = reported(...times(4, 10).map((at) => failure(at)), ahead, failure(60), failure(70))
    expect(told.map(({ state }) => state)).toEqual(['open'])
  })

  test('is closed once, even if a line without an attempt shows it', () => {
    const told = reported(
      ...times(5, 10).map((at) => failure(at)),
      failure(1_041, { attempts: 0 }),
      failure(9_000, { remoteAddress: '198.51.100.7' }),
    )
    expect(told.map(({ state }) => state)).toEqual(['open', 'closed'])
  })

  test('ends to the millisecond, however late the report is', () => {
    const first = times(5, 10).map((at) => failure(at))
    const still = reported(...first, failure(1_039), failure(9_000, { remoteAddress: '198.51.100.7' }))
    expect(still.at(-1)).toMatchObject({ state: 'closed', attempts: 6 })
    const over = reported(...first, failure(1_040), failure(9_000, { remoteAddress: '198.51.100.7' }))
    expect(over.at(-1)).toMatchObject({ state: 'closed', attempts: 5 })
  })

  test('is closed when stream time has moved by the window, and does not take a failure that comes late', () => {
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

  test('is found and reported once, however far ahead the lines of other hosts are', () => {
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

  test('that begins again is a new attack', () => {
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
  ])('has the kind %s, by what was tried', (kind, event) => {
    expect(reported(...times(5, 10).map((at, index) => failure(at, event(index))))).toMatchObject([{ kind }])
  })

  test('reports a bounded number of names of bounded length', () => {
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
  test('continue for each address, over failures and successes', () => {
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
])('%j is not an event, and becomes a dead-letter record', (value) => {
  const run = driver()
  run.pipe({ value: value === null ? null : Buffer.from(value) })
  run.commit()
  expect(run.deadLetters).toHaveLength(1)
})

describe('the store of the attack processor', () => {
  test('has small entries, however many failures it takes to open an attack', () => {
    const options = { windowMs: 1e6, maxFailures: 600 }
    const run = new TestDriver(attackProcessor('host', options), { retentionMs: options.windowMs })
    const user = '\0'.repeat(5_000)
    run.pipeAll(times(600, 1).map((at) => failure(at, { user })))
    run.commit()
    const sizes = run.changelogOf().map(({ key, value }) => (key?.length ?? 0) + (value?.length ?? 0))
    expect(Math.max(...sizes)).toBeLessThan(600_000)
    expect(reports(run)).toMatchObject([{ state: 'open', attempts: 600 }])
  }, 60_000)

  test('keeps nothing after attacks are over but the counts of a day', () => {
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
    expect(run.entriesOf()).toMatchObject({ timers: 0 })
  }, 30_000)
})

test('a closed attack leaves no timer behind, on the clock of a host that says nothing more either', () => {
  const run = driver()
  run.pipeAll(times(5, 10).map((at) => failure(at)))
  run.commit()
  expect(run.entriesOf()).toMatchObject({ timers: 2 })
  run.pipe(failure(2_000, { remoteAddress: '198.51.100.7', host: 'web-2' }))
  run.commit()
  expect(reports(run).at(-1)).toMatchObject({ state: 'closed' })
  expect(run.entriesOf()).toMatchObject({ timers: 0 })
})

describe('classifying and finding attacks', () => {
  test('finds the attacks that the generator planted, with their kinds, and nothing else', () => {
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
    // The order in which a consumer group reads: by time, from all partitions.
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
