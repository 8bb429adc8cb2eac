import { describe, expect, test } from 'vitest'
import { TestDriver } from '../../streams/test-driver.ts'
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

const OPENED = 'Connection from 203.0.113.9 port 5'
const TOO_MANY = 'Disconnecting: Too many authentication failures for root [preauth]'

describe('the classifying processor', () => {
  test('keys events by address, and by host where none is known', () => {
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

  test('passes over what other programs say', () => {
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

  test.each([null, '', '[]', '4', '{}', '{"message":4}'])('sets %j aside', (value) => {
    const run = driver()
    run.pipe({ value: value === null ? null : Buffer.from(value) })
    run.commit()
    expect(run.deadLetters).toHaveLength(1)
  })
})
