import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FORMATS } from './log-line.ts'
import { readLine } from './test-reader.ts'

const SAMPLES = [
  '<86>Nov 20 10:11:12 web-1 sshd[4711]: Invalid user x from 203.0.113.9 port 5',
  '2026-11-20T10:11:12.345678+01:00 web-1 sshd-session[4711]: Connection closed by 2001:db8::9 port 5',
  '<86>1 2026-11-20T10:11:12Z web-1 sshd 4711 - [a@1 x="1\\"]"][b@1] \uFEFFmessage',
  '{"ts":1795169472.5,"host":"web-1","facility":"auth","message":"sshd[1]: m","remote_address":"203.0.113.9"}',
  '{"__REALTIME_TIMESTAMP":"1795169472500123","_HOSTNAME":"web-1","_PID":"1","MESSAGE":[104,105]}',
  'web-1 sshd[4711]: m',
]

/** A sample with characters removed, replaced or inserted. */
const mutated = fc
  .record({
    sample: fc.constantFrom(...SAMPLES),
    edits: fc.array(
      fc.record({
        at: fc.nat(200),
        remove: fc.nat(8),
        insert: fc.oneof(
          fc.constantFrom(
            '',
            ' ',
            ':',
            '[',
            ']',
            '<',
            '>',
            '{',
            '}',
            '"',
            '\\',
            '-',
            '\0',
            '\uFEFF',
            '\uD800',
          ),
          fc.string({ unit: 'binary', maxLength: 5 }),
        ),
      }),
      { maxLength: 6 },
    ),
  })
  .map(({ sample, edits }) =>
    edits.reduce(
      (line, { at, remove, insert }) => line.slice(0, at) + insert + line.slice(at + remove),
      sample,
    ),
  )

describe('a reader of lines', () => {
  test.each(SAMPLES)('detects the format of %s', (line) => {
    const { format, readable } = readLine(line)
    expect(readable).toBe(true)
    expect(readLine(line, { format })).toEqual(readLine(line))
  })

  test.each(SAMPLES)('reads bytes like text: %s', (line) => {
    expect(readLine(Buffer.from(line))).toEqual(readLine(line))
  })

  test('replaces invalid UTF-8 by U+FFFD', () => {
    const bytes = Buffer.concat([Buffer.from('Nov 20 10:11:12 web-1 app[1]: '), Buffer.from([0xff, 0xfe, 0])])
    expect(readLine(bytes)).toMatchObject({ app: 'app', message: '\uFFFD\uFFFD\0' })
  })

  test('with the format plain reads every line as its message', () => {
    for (const line of SAMPLES) {
      expect(readLine(line, { format: 'plain' })).toMatchObject({ message: line, readable: true, app: null })
    }
  })

  test.each([...FORMATS, 'auto'] as const)(
    'with the format %s reads any text, and returns only valid fields',
    (format) => {
      fc.assert(
        fc.property(fc.oneof(mutated, fc.string({ unit: 'binary', maxLength: 300 })), (line) => {
          const { timestamp, host, app, pid, message, readable } = readLine(line, { format })
          expect(timestamp === null || Number.isSafeInteger(timestamp)).toBe(true)
          expect(pid === null || (Number.isSafeInteger(pid) && pid >= 0)).toBe(true)
          expect(host !== '' && app !== '').toBe(true)
          if (!readable) expect(message).toBe(line)
        }),
        { numRuns: 2_000 },
      )
    },
  )

  test.each([
    '<86>',
    'Nov 20 10:11:12 ',
    'Nov 20 10:11:12 web-1 ',
    '<86>1 2026-11-20T10:11:12Z h a 1 - ',
    '2026-11-20T10:11:12.',
    '{"message":',
  ])('reads a line of 1 MiB in linear time: %s…', (head) => {
    for (const piece of [' ', '[', '<', ':', '1', '[a "', '\\"', '[]', 'a[1', '{"a":']) {
      const line = head + piece.repeat(2 ** 20 / piece.length)
      const started = performance.now()
      readLine(line)
      // A quadratic reader would take minutes.
      expect(performance.now() - started).toBeLessThan(2_000)
    }
  })
})
