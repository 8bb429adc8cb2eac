import { describe, expect, test } from 'vitest'
import { readLine } from './test-reader.ts'

function fluent(record: unknown) {
  return readLine(JSON.stringify(record), { format: 'fluent-bit' })
}

function journal(entry: unknown) {
  return readLine(JSON.stringify(entry), { format: 'journald' })
}

describe('a line of Fluent Bit', () => {
  const record = {
    ts: 1795169472.5,
    host: 'web-1',
    facility: 'auth',
    message: 'sshd[4711]: Connection from 203.0.113.9 port 50000',
    remote_address: '203.0.113.9',
  }

  test('has its fields, and the app and pid of the tag in its message', () => {
    expect(readLine(JSON.stringify(record))).toEqual({
      timestamp: 1795169472500,
      host: 'web-1',
      app: 'sshd',
      pid: 4711,
      facility: 'auth',
      severity: null,
      message: 'Connection from 203.0.113.9 port 50000',
      remoteAddress: '203.0.113.9',
      format: 'fluent-bit',
      readable: true,
    })
  })

  test.each([
    [1795169472, 1795169472000],
    [1795169472.123456, 1795169472123],
    [1795169472123, 1795169472123],
    [0, 0],
    ['2026-11-20T10:11:12.5Z', 1795169472500],
    ['2026-11-20T11:11:12.5+01:00', 1795169472500],
    ['2026-11-20 10:11:12', 1795169472000],
    ['yesterday', null],
    [-1, null],
    [1e300, null],
    [null, null],
    [[1795169472], null],
  ])('with the time %j has the right timestamp', (ts, timestamp) => {
    expect(fluent({ ...record, ts })).toMatchObject({ timestamp, readable: true })
  })

  test('without a tag in its message keeps the message unchanged', () => {
    expect(fluent({ message: 'note: the door is open' })).toMatchObject({
      app: null,
      pid: null,
      host: null,
      message: 'note: the door is open',
    })
  })

  test.each([{}, { message: 4 }, { message: null }, [], null, 4, 'text'])('is not made of %j', (value) => {
    expect(fluent(value)).toMatchObject({ readable: false, format: 'plain', message: JSON.stringify(value) })
  })
})

describe('a line of the journal', () => {
  const entry = {
    __REALTIME_TIMESTAMP: '1795169472500123',
    _HOSTNAME: 'web-1',
    SYSLOG_IDENTIFIER: 'sshd',
    SYSLOG_PID: '4711',
    _PID: '4700',
    PRIORITY: '6',
    SYSLOG_FACILITY: '10',
    MESSAGE: 'Server listening on :: port 22.',
  }

  test('has its fields', () => {
    expect(readLine(JSON.stringify(entry))).toEqual({
      timestamp: 1795169472500,
      host: 'web-1',
      app: 'sshd',
      pid: 4711,
      facility: 'authpriv',
      severity: 'info',
      message: 'Server listening on :: port 22.',
      remoteAddress: null,
      format: 'journald',
      readable: true,
    })
  })

  test('without syslog’s name and pid has the sender’s', () => {
    const { SYSLOG_IDENTIFIER: _, SYSLOG_PID: __, ...rest } = entry
    expect(journal({ ...rest, _COMM: 'sshd-session' })).toMatchObject({ app: 'sshd-session', pid: 4700 })
  })

  test.each([
    ['text', 'text'],
    [[104, 105, 255], 'hi\uFFFD'],
    [['first', 'second'], 'first'],
    [[[104, 105], 'second'], 'hi'],
    [[], ''],
    [null, ''],
    [4, ''],
    [{ a: 1 }, ''],
    [[104, 'x', null], 'h\0\0'],
  ])('with the message %j is readable', (MESSAGE, message) => {
    expect(journal({ ...entry, MESSAGE })).toMatchObject({ message, readable: true })
  })

  test('with repeated fields has the first value of each, as text or as bytes', () => {
    const several = Object.fromEntries(Object.entries(entry).map(([name, value]) => [name, [value, 'other']]))
    expect(journal(several)).toEqual(journal(entry))
    const bytes = {
      ...entry,
      _HOSTNAME: [...Buffer.from('wéb')],
      SYSLOG_IDENTIFIER: [[...Buffer.from('sshd')], 'x'],
    }
    expect(journal(bytes)).toMatchObject({ host: 'wéb', app: 'sshd' })
  })

  test('with invalid fields has null in their place', () => {
    const odd = { ...entry, __REALTIME_TIMESTAMP: 'now', PRIORITY: '99', SYSLOG_FACILITY: -1, SYSLOG_PID: [] }
    expect(journal({ ...odd, _PID: 'x', _HOSTNAME: [] })).toMatchObject({
      timestamp: null,
      severity: null,
      facility: null,
      pid: null,
      host: null,
    })
  })

  test.each(['{"a":1}', '{', '[1]', '', 'text'])('is not made of %j', (line) => {
    expect(readLine(line, { format: 'journald' })).toMatchObject({ readable: false, message: line })
  })
})

test('a member called __proto__ or constructor does not change the record’s fields', () => {
  const line = '{"message":"m","__proto__":{"host":"evil","ts":1},"constructor":{"name":"x"}}'
  expect(readLine(line)).toMatchObject({ format: 'fluent-bit', host: null, timestamp: null, message: 'm' })
  expect(({} as Record<string, unknown>)['host']).toBeUndefined()
})
