import { describe, expect, test } from 'vitest'
import { lineReader } from './line-reader.ts'
import { readLine, timeOf } from './test-reader.ts'
import { timeZone } from './time/time-zone.ts'

describe('a line of a syslog file', () => {
  test('has time, host, program, pid and message', () => {
    expect(readLine('Nov 20 10:11:12 web-1 sshd[4711]: Server listening on :: port 22.')).toEqual({
      timestamp: Date.parse('2026-11-20T10:11:12Z'),
      host: 'web-1',
      app: 'sshd',
      pid: 4711,
      facility: null,
      severity: null,
      message: 'Server listening on :: port 22.',
      remoteAddress: null,
      format: 'rfc3164',
      readable: true,
    })
  })

  test.each([
    ['<86>Nov 20 10:11:12 web-1 sshd[1]: m', 'authpriv', 'info'],
    ['<0>Nov 20 10:11:12 web-1 sshd[1]: m', 'kern', 'emerg'],
    ['<191>Nov 20 10:11:12 web-1 sshd[1]: m', 'local7', 'debug'],
  ])('%s has a facility and a severity', (line, facility, severity) => {
    expect(readLine(line)).toMatchObject({ facility, severity, host: 'web-1', app: 'sshd', message: 'm' })
  })

  test.each(['<192>', '<>', '<-1>', '<1', '<1a>', '< 1>', '<0001>'])(
    'with the invalid priority %s is plain',
    (priority) => {
      const line = `${priority}Nov 20 10:11:12 web-1 sshd[1]: m`
      expect(readLine(line)).toMatchObject({ readable: false, format: 'plain', message: line })
    },
  )

  test.each([
    ['Nov 20 10:11:12 web-1 sshd-session[12]: m', { host: 'web-1', app: 'sshd-session', pid: 12 }],
    ['Nov 20 10:11:12 web-1 sshd(pam_unix)[12]: m', { host: 'web-1', app: 'sshd(pam_unix)', pid: 12 }],
    ['Nov 20 10:11:12 web-1 /usr/sbin/sshd[12]: m', { host: 'web-1', app: '/usr/sbin/sshd', pid: 12 }],
    ['Nov 20 10:11:12 web-1 kernel: m', { host: 'web-1', app: 'kernel', pid: null }],
    ['Nov 20 10:11:12 sshd[12]: m', { host: null, app: 'sshd', pid: 12 }],
    ['Nov 20 10:11:12 [sshd]: m', { host: null, app: 'sshd', pid: null }],
    ['Nov 20 10:11:12 [sshd] m', { host: null, app: 'sshd', pid: null }],
    ['Nov 20 10:11:12 web-1 [sshd]: m', { host: 'web-1', app: 'sshd', pid: null }],
    ['Nov 20 10:11:12 <auth.info> web-1 sshd[12]: m', { host: 'web-1', app: 'sshd', pid: 12 }],
    ['Nov 20 10:11:12 web-1 sshd[12]:m', { host: 'web-1', app: 'sshd', pid: 12 }],
    ['Nov 20 10:11:12   web-1  sshd[12]: m', { host: 'web-1', app: 'sshd', pid: 12 }],
    ['sshd[12]: m', { host: null, app: 'sshd', pid: 12, timestamp: null }],
    ['web-1 sshd[12]: m', { host: 'web-1', app: 'sshd', pid: 12, timestamp: null }],
    ['<86>sshd: m', { host: null, app: 'sshd', pid: null, facility: 'authpriv' }],
  ])('%s has host, program and pid', (line, expected) => {
    expect(readLine(line)).toMatchObject({ ...expected, message: 'm', readable: true })
  })

  test.each([
    ['last message repeated 3 times', null],
    ['fe80::1 is a neighbour', null],
    ['-- MARK --', null],
  ])('without a program has the host and the message: %s', (message, app) => {
    expect(readLine(`Nov 20 10:11:12 web-1 ${message}`)).toMatchObject({ host: 'web-1', app, message })
  })

  test('with nothing after its tag has an empty message', () => {
    expect(readLine('Nov 20 10:11:12 web-1 sshd[1]:')).toMatchObject({ app: 'sshd', pid: 1, message: '' })
  })

  test.each([
    'a sentence: with a colon',
    'a sentence',
    ' sshd[1]: m',
    '',
    ' ',
    'Nov 32 10:11:12 web-1 sshd[1]: m',
    'Nov 20 24:11:12 web-1 sshd[1]: m',
    'Nov 20 10:60:12 web-1 sshd[1]: m',
    'Nov 20 10:11 web-1 app: m',
    'Nov 20 10:11:12web-1 app: m',
    'Nox 20 10:11:12 web-1 app: m',
    '2026-02-30T10:11:12Z web-1 app: m',
  ])('is not made of %j', (line) => {
    expect(readLine(line)).toMatchObject({ readable: false, format: 'plain', message: line, timestamp: null })
  })
})

describe('the time of a line', () => {
  test.each([
    ['Nov  2 03:04:05', '2026-11-02T03:04:05.000Z'],
    ['Nov 2 03:04:05', '2026-11-02T03:04:05.000Z'],
    ['Nov 02 03:04:05', '2026-11-02T03:04:05.000Z'],
    ['Nov 02 03:04:05.678901', '2026-11-02T03:04:05.678Z'],
    ['Nov 02 2019 03:04:05', '2019-11-02T03:04:05.000Z'],
    ['2026-11-02T03:04:05.678901+02:00', '2026-11-02T01:04:05.678Z'],
    ['2026-11-02T03:04:05-0530', '2026-11-02T08:34:05.000Z'],
    ['2026-11-02T03:04:05Z', '2026-11-02T03:04:05.000Z'],
    ['2026-11-02 03:04:05,678', '2026-11-02T03:04:05.678Z'],
    ['2026-11-02 03:04:05.678 +0100', '2026-11-02T02:04:05.678Z'],
    ['2026-11-02T23:59:60Z', '2026-11-03T00:00:00.000Z'],
  ])('is read from %s', (time, expected) => {
    const line = `${time} web-1 sshd[1]: m`
    expect(timeOf(line)).toBe(expected)
    expect(readLine(line)).toMatchObject({ host: 'web-1', app: 'sshd', message: 'm' })
  })

  test.each([
    ['Dec 31 23:59:59', '2026-01-01T00:00:05Z', '2025-12-31T23:59:59.000Z'],
    ['Dec 31 23:59:59', '2026-06-01T00:00:00Z', '2025-12-31T23:59:59.000Z'],
    ['Jan  1 00:00:01', '2025-12-31T23:59:58Z', '2026-01-01T00:00:01.000Z'],
    ['Nov 21 12:05:00', '2026-11-21T12:00:00Z', '2026-11-21T12:05:00.000Z'],
    ['Nov 23 12:05:00', '2026-11-21T12:00:00Z', '2025-11-23T12:05:00.000Z'],
    ['Feb 29 10:00:00', '2026-03-01T00:00:00Z', '2024-02-29T10:00:00.000Z'],
    ['Feb 29 10:00:00', '2024-02-29T12:00:00Z', '2024-02-29T10:00:00.000Z'],
    ['Feb 29 10:00:00', '2103-12-31T12:00:00Z', '2096-02-29T10:00:00.000Z'],
  ])('without a year is the latest that is not in the future: %s read at %s is %s', (time, at, expected) => {
    expect(timeOf(`${time} web-1 sshd[1]: m`, { at })).toBe(expected)
  })

  test('without a year is in the given year', () => {
    expect(timeOf('Dec 31 23:59:59 web-1 sshd[1]: m', { year: 2019 })).toBe('2019-12-31T23:59:59.000Z')
    expect(timeOf('Feb 29 23:59:59 web-1 sshd[1]: m', { year: 2019 })).toBeUndefined()
  })

  test('is in the right year if the zone is already in the next one', () => {
    const reading = { at: '2025-12-31T22:30:00Z', zone: 'Europe/Berlin' }
    expect(timeOf('Dec 31 23:29:00 web-1 sshd[1]: m', reading)).toBe('2025-12-31T22:29:00.000Z')
    expect(timeOf('Jan  1 00:29:00 web-1 sshd[1]: m', reading)).toBe('2025-12-31T23:29:00.000Z')
  })
})

describe('the zone of a time without a zone', () => {
  test.each([
    ['Europe/Berlin', 'Nov 20 10:00:00', '2026-11-20T09:00:00.000Z'],
    ['Europe/Berlin', 'Jul 20 10:00:00', '2026-07-20T08:00:00.000Z'],
    ['Asia/Kolkata', 'Nov 20 10:00:00', '2026-11-20T04:30:00.000Z'],
    ['America/Los_Angeles', 'Nov 20 10:00:00', '2026-11-20T18:00:00.000Z'],
    ['+02:00', 'Nov 20 10:00:00', '2026-11-20T08:00:00.000Z'],
    ['UTC', '2026-11-20T10:00:00', '2026-11-20T10:00:00.000Z'],
    ['Asia/Tokyo', '2026-11-20T10:00:00', '2026-11-20T01:00:00.000Z'],
    ['Asia/Tokyo', '2026-11-20T10:00:00Z', '2026-11-20T10:00:00.000Z'],
  ])('is %s for %s', (zone, time, expected) => {
    expect(timeOf(`${time} web-1 sshd[1]: m`, { zone })).toBe(expected)
  })

  test('takes a time that occurs twice as the first of the two', () => {
    const line = 'Oct 25 02:30:00 web-1 sshd[1]: m'
    expect(timeOf(line, { zone: 'Europe/Berlin' })).toBe('2026-10-25T00:30:00.000Z')
    expect(timeOf('Nov  1 01:30:00 h a: m', { zone: 'America/New_York' })).toBe('2026-11-01T05:30:00.000Z')
  })

  test('moves a time that clocks skip forward by the gap', () => {
    const line = 'Mar 29 02:30:00 web-1 sshd[1]: m'
    expect(timeOf(line, { zone: 'Europe/Berlin' })).toBe('2026-03-29T01:30:00.000Z')
    expect(timeOf('Mar  8 02:30:00 h a: m', { zone: 'America/New_York' })).toBe('2026-03-08T07:30:00.000Z')
  })

  test('applies to each line, also if lines of several seconds follow each other', () => {
    const read = lineReader('auto', { zone: timeZone('Asia/Tokyo'), reference: () => 0 })
    const times = [
      '2026-11-20T10:00:00.5',
      '2026-11-20T10:00:00.7',
      '2026-11-20T10:00:01',
      '2026-11-20T10:00:01Z',
    ]
    expect(times.map((time) => read(`${time} h a: m`).timestamp)).toEqual(
      ['01:00:00.500', '01:00:00.700', '01:00:01.000', '10:00:01.000'].map((time) =>
        Date.parse(`2026-11-20T${time}Z`),
      ),
    )
  })

  test('has the offset of each line’s own minute, also if lines are out of order', () => {
    const lines = [
      'Oct 25 01:59:00',
      'Oct 25 03:00:00',
      'Oct 25 01:59:00',
      'Mar 29 01:59:59',
      'Mar 29 03:00:00',
    ]
    expect(lines.map((time) => timeOf(`${time} h a: m`, { zone: 'Europe/Berlin' }))).toEqual([
      '2026-10-24T23:59:00.000Z',
      '2026-10-25T02:00:00.000Z',
      '2026-10-24T23:59:00.000Z',
      '2026-03-29T00:59:59.000Z',
      '2026-03-29T01:00:00.000Z',
    ])
  })
})
