import { describe, expect, test } from 'vitest'
import { readLine } from './test-reader.ts'

const HEAD = '<86>1 2026-11-20T10:11:12.345678+01:00 web-1.example sshd 4711'

describe('a line of RFC 5424', () => {
  test('has all fields of its header', () => {
    expect(readLine(`${HEAD} - - Server listening on :: port 22.`)).toEqual({
      timestamp: Date.parse('2026-11-20T09:11:12.345Z'),
      host: 'web-1.example',
      app: 'sshd',
      pid: 4711,
      facility: 'authpriv',
      severity: 'info',
      message: 'Server listening on :: port 22.',
      remoteAddress: null,
      format: 'rfc5424',
      readable: true,
    })
  })

  test.each([
    ['- - m', 'm'],
    ['ID47 - m', 'm'],
    ['- -', ''],
    ['- - \uFEFFm', 'm'],
    ['- [origin@1 ip="203.0.113.1"] m', 'm'],
    ['- [a@1 x="1"][b@1 y="2"] m', 'm'],
    ['- [a@1 x="a ] b"] m', 'm'],
    ['- [a@1 x="a \\"] b"] m', 'm'],
    ['- [a@1 x="a \\\\"] m', 'm'],
    ['- [empty@1] m', 'm'],
    ['- [empty@1]', ''],
    ['- - [no data] m', '[no data] m'],
  ])('with %j after the pid has the message %j', (rest, message) => {
    expect(readLine(`${HEAD} ${rest}`)).toMatchObject({ format: 'rfc5424', message, host: 'web-1.example' })
  })

  test('with a priority and no other field has null for the others', () => {
    expect(readLine('<34>1 - - - - - - m')).toMatchObject({
      format: 'rfc5424',
      timestamp: null,
      host: null,
      app: null,
      pid: null,
      facility: 'auth',
      severity: 'crit',
      message: 'm',
    })
  })

  test('with a process id that is not a number has no pid', () => {
    expect(readLine('<34>1 - h app main/3 - - m')).toMatchObject({ app: 'app', pid: null, message: 'm' })
  })

  test.each([
    `${HEAD}`,
    `${HEAD} -`,
    `${HEAD} - m`,
    `${HEAD} - [a@1 x="never closed] m`,
    `${HEAD} - [a@1 x="1"]m`,
    '<86>1 yesterday h a 1 - - m',
    '<86>1 2026-11-20T10:11:12Zulu h a 1 - - m',
    '<86>2 2026-11-20T10:11:12Z h a 1 - - m',
    '1 2026-11-20T10:11:12Z h a 1 - - m',
  ])('is not made of %j, which is plain', (line) => {
    expect(readLine(line, { format: 'rfc5424' })).toMatchObject({ readable: false, message: line })
  })
})
