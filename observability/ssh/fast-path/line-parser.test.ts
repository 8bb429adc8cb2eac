import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readLine } from '../../formats/test-reader.ts'
import { LineParser } from './line-parser.ts'
import { COMMON_MESSAGES } from './message-parser.ts'
import { classifiedBytes, classifiedText } from './test-log.ts'

const HEADS = [
  'Nov 20 10:00:00 web-1 sshd[4711]: ',
  'Nov  2 10:00:00 web-1 sshd[4711]: ',
  '2026-01-02T03:04:05.123456+01:00 web-1 sshd-session[4711]: ',
  '2026-01-02T03:04:05Z web-1 sshd[4711]: ',
]

/** Words that sshd writes, and words as clients choose them. */
const word = fc.oneof(
  fc.constantFrom('from', 'port', 'user', 'invalid', 'for', 'ssh2', 'by', '1.2.3.4', 'UNKNOWN', 'root'),
  fc.string({ unit: fc.constantFrom(...'abzAZ09._+/=@-'), minLength: 1, maxLength: 80 }),
)
const address = fc.oneof(
  fc.ipV4(),
  fc.ipV6(),
  fc.constantFrom('1...2', '999.1.1.1', '::ffff:1.2.3.4', '::', '1:2'),
)
const port = fc.oneof(fc.nat({ max: 65_535 }), fc.constantFrom(0, 65_535, 65_536, 100_000)).map(String)
const rest = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom('Bye Bye', 'x [preauth]', 'y[preauth]', 'z [postauth]', 'from 1.2.3.4 port 5 ssh2', ' '),
)

/** Messages of a template with all its fields filled in. */
function filled(template: string): fc.Arbitrary<string> {
  return fc
    .tuple(word, word, word, address, port, rest, fc.constantFrom('', ' [preauth]'))
    .map(([user, one, other, from, number, text, mark]) => {
      const words = [one, other]
      const values = { USER: user, ADDRESS: from, PORT: number, TEXT: text }
      const message = template.replace(
        /USER|ADDRESS|PORT|TEXT|WORD/g,
        (name) => values[name as keyof typeof values] ?? words.pop() ?? 'x',
      )
      return message + mark
    })
}

const message = fc.oneof(...COMMON_MESSAGES.map(filled))
const bits = [
  '',
  ' ',
  '\t',
  '\r',
  ':',
  '"',
  '\\',
  'é',
  '\u00a0',
  ' [preauth]',
  ' from ',
  '[',
  ']',
  '1',
  'ssh',
  'error: ',
]
/** A message with a part removed or replaced. */
const damaged = fc
  .tuple(message, fc.nat(), fc.nat({ max: 3 }), fc.constantFrom(...bits))
  .map(([text, place, length, bit]) => {
    const at = place % (text.length + 1)
    return text.slice(0, at) + bit + text.slice(at + length)
  })

describe('a line parsed from bytes', () => {
  test.each(HEADS)('is classified like the same line as text, with the header %s', (head) => {
    fc.assert(
      fc.property(fc.array(fc.oneof(message, damaged), { maxLength: 12 }), (messages) => {
        const log = Buffer.from(messages.map((text) => `${head}${text}\n`).join(''))
        expect(classifiedBytes(log, 'aggressive')).toEqual(classifiedText(log, 'aggressive'))
      }),
      { numRuns: 300 },
    )
  })

  test('is classified like the same line as text, for other times, hosts, programs and pids', () => {
    const head = fc
      .tuple(
        fc.constantFrom(
          'Nov 20 10:00:00',
          'Nov 20 10:00:59',
          'Nov 20 10:00:60',
          'Nov 20 10:00:61',
          'Nov 20 10:01:00',
          'Nov 20 10:00:0x',
        ),
        fc.constantFrom(' web-1', ' web-2', ' web', '  web-1', ''),
        fc.constantFrom(
          ' sshd',
          ' sshd-session',
          ' sshd-auth',
          ' sshd-other',
          ' sshd(pam_unix)',
          ' xsshd',
          ' /usr/sbin/sshd',
          ' CRON',
          ' ssh',
          ' kernel:',
          '',
        ),
        fc.constantFrom('[1]: ', '[2]: ', '[99999999999]: ', '[]: ', '[x]: ', ': ', '[1] ', '[1]:', '[1]:x'),
      )
      .map((parts) => parts.join(''))
    const line = fc.tuple(head, message).map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.array(line, { maxLength: 30 }), (lines) => {
        const log = Buffer.from(`${HEADS[0]}Invalid user a from 192.0.2.1 port 1\n${lines.join('\n')}\n`)
        expect(classifiedBytes(log, 'normal')).toEqual(classifiedText(log, 'normal'))
      }),
      { numRuns: 500 },
    )
  })

  test('is classified like the same line as text, for many hosts and zones', () => {
    const time = fc.constantFrom(
      'Nov 20 10:00:00',
      '2026-01-02T03:04:05Z',
      '2026-01-02T03:04:05.5Z',
      '2026-01-02T03:04:05+01:00',
      '2026-01-02T03:04:05.1234-02:30',
      '2026-01-02T03:04:05',
      '2026-01-02T03:05:06.789+01:00',
    )
    const host = fc.nat({ max: 20 }).map((number) => `web-${number}`)
    const line = fc.tuple(time, host, message).map(([at, name, text]) => `${at} ${name} sshd[1]: ${text}\n`)
    fc.assert(
      fc.property(fc.array(line, { minLength: 30, maxLength: 60 }), (lines) => {
        const log = Buffer.from(lines.join(''))
        expect(classifiedBytes(log, 'normal')).toEqual(classifiedText(log, 'normal'))
      }),
    )
  })

  test.each(COMMON_MESSAGES)('is recognized as common: %s', (template) => {
    const plain = template
      .replaceAll('ADDRESS', '192.0.2.1')
      .replaceAll('PORT', '50000')
      .replace(/USER|WORD|TEXT/g, 'bob')
    const first = `${HEADS[0]}Server listening on 0.0.0.0 port 22.`
    const line = new LineParser()
    line.learn(first, readLine(first))
    line.open(Buffer.from(`${HEADS[0]}${plain}\n`))
    expect(line.read(0)).toBe(true)
  })
})
