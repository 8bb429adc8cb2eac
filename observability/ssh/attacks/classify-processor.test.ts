import { describe, expect, test } from 'vitest'
import { TestDriver } from '../../../streams/runtime/test-driver.ts'
import { classifyProcessor } from './classify-processor.ts'

function line(message: string, at = 0, fields: Readonly<Record<string, unknown>> = {}) {
  const record = {
    timestamp: at,
    host: 'web-1',
    app: 'sshd',
    pid: 1,
    facility: null,
    severity: null,
    message,
    ...fields,
  }
  return { key: Buffer.from('web-1'), value: Buffer.from(JSON.stringify(record)), timestamp: at }
}

function driver() {
  return new TestDriver(classifyProcessor('normal'), { retentionMs: 600_000 })
}

function eventsOf(run: ReturnType<typeof driver>, topic = 'ssh-events') {
  return run.outputOf(topic).map(({ key, value }) => ({ key: String(key), event: JSON.parse(String(value)) }))
}

const START = Date.parse('2026-11-26T09:00:00Z')
const SYSLOG = 'Nov 26 09:00:00 web-1 sshd[7]: Invalid user x from 203.0.113.9'
const OPENED = 'Connection from 203.0.113.9 port 5'
const TOO_MANY = 'Disconnecting: Too many authentication failures for root [preauth]'

describe('the classifying processor', () => {
  test('keys events by address, or by host if no address is known', () => {
    const run = driver()
    run.pipeAll([
      line('Invalid user x from 203.0.113.9'),
      line('Server listening on :: port 22.', 1, { pid: 2 }),
    ])
    run.commit()
    expect(eventsOf(run)).toMatchObject([
      {
        key: '203.0.113.9',
        event: { kind: 'invalid-user', outcome: 'failure', time: '1970-01-01T00:00:00.000Z' },
      },
      { key: 'web-1', event: { kind: 'other', outcome: 'info' } },
    ])
    expect(eventsOf(run, 'ssh-events-by-host')).toMatchObject([
      { key: 'web-1', event: { kind: 'invalid-user' } },
    ])
  })

  test('ignores the lines of other programs', () => {
    const run = driver()
    run.pipe(line('session opened', 0, { app: 'CRON' }))
    run.commit()
    expect(run.output).toEqual([])
  })

  test('knows a connection’s address from its earlier lines, after an abort and a restart too', () => {
    const run = driver()
    run.pipe(line(OPENED))
    run.commit()
    run.restart()
    run.pipe(line(TOO_MANY, 1))
    run.abort()
    run.commit()
    expect(eventsOf(run)[1]).toMatchObject({
      key: '203.0.113.9',
      event: { outcome: 'failure', user: 'root' },
    })
    expect(eventsOf(run)).toHaveLength(2)
  })

  test('forgets connections that ended, and those silent for ten minutes', () => {
    const run = driver()
    run.pipeAll([line(OPENED), line('Connection closed by 203.0.113.9 port 5', 1), line(TOO_MANY, 2)])
    run.pipeAll([line(OPENED, 10, { pid: 2 }), line(TOO_MANY, 600_010, { pid: 2 })])
    run.commit()
    const told = eventsOf(run).filter(({ event }) => event.kind === 'too-many-failures')
    expect(told).toMatchObject([{ event: { pending: true } }, { event: { pending: true } }])
  })

  const long = JSON.stringify({
    host: 'h'.repeat(1_500_000),
    app: 'sshd',
    message: 'Invalid user x from 203.0.113.9',
  })
  test.each([null, '', '[]', '4', '{}', '{"message":4}', long])(
    'makes %.40j a dead-letter record',
    (value) => {
      const run = driver()
      run.pipe({ value: value === null ? null : Buffer.from(value) })
      run.commit()
      expect(run.deadLetters).toHaveLength(1)
    },
  )

  test('forgets no connection when another host’s clock is ahead', () => {
    const run = driver()
    run.pipeAll([
      line(OPENED, START),
      { ...line(OPENED, START + 55 * 60_000, { host: 'web-2' }) },
      line(TOO_MANY, START + 1_000),
    ])
    run.commit()
    expect(eventsOf(run).at(-1)).toMatchObject({ key: '203.0.113.9', event: { outcome: 'failure' } })
  })

  test('distinguishes connections of one host whose pids share a slot', () => {
    const run = driver()
    run.pipeAll([line(OPENED, START, { pid: 5 }), line(TOO_MANY, START + 1, { pid: 5 + 2 ** 16 })])
    run.commit()
    expect(eventsOf(run).at(-1)).toMatchObject({ event: { pending: true } })
  })

  test.each([
    ['ms', START + 123, START + 123],
    ['seconds', START / 1000, START],
    ['microseconds', (START + 123) * 1000, START + 123],
    ['decimal text', String(START + 123), START + 123],
    ['ISO 8601', '2026-11-26T09:00:00.123Z', START + 123],
    ['a time ahead', START + 55 * 60_000, START + 1_000],
    ['a time beyond all dates', 9e15, START + 1_000],
    ['nothing', undefined, START + 1_000],
    ['a clock that was never set', 4_000, START + 1_000],
  ])(
    'reads the event’s time from its record in %s, never later than the record’s timestamp',
    (_, said, at) => {
      const run = driver()
      run.pipe({ ...line('Invalid user x from 203.0.113.9', START + 1_000, { timestamp: said }) })
      run.commit()
      expect(eventsOf(run)).toMatchObject([{ event: { time: new Date(at).toISOString() } }])
    },
  )

  test.each([
    { message: SYSLOG },
    { log: `${SYSLOG}\n`, stream: 'stderr', time: '2026-11-26T09:00:00Z' },
    {
      timestamp: START,
      host: 'web-1',
      app: null,
      pid: null,
      message: JSON.stringify({ log: `${SYSLOG}\n` }),
    },
    { '@timestamp': '2026-11-26T09:00:00Z', message: SYSLOG, host: { name: 'collector' } },
    {
      MESSAGE: ['Invalid user x from 203.0.113.9', 'y'],
      _HOSTNAME: ['web-1'],
      SYSLOG_IDENTIFIER: ['sshd'],
      _PID: ['7'],
      __REALTIME_TIMESTAMP: [String(START * 1000)],
    },
  ])('reads what collectors send: %j', (record) => {
    const run = driver()
    run.pipe({ key: Buffer.from('x'), value: Buffer.from(JSON.stringify(record)), timestamp: START + 1_000 })
    run.commit()
    expect(run.deadLetters).toEqual([])
    expect(eventsOf(run)).toMatchObject([
      {
        key: '203.0.113.9',
        event: { host: 'web-1', pid: 7, outcome: 'failure', time: '2026-11-26T09:00:00.000Z' },
      },
    ])
  })
})
