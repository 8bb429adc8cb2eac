import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readLine } from '../../formats/test-reader.ts'
import { KINDS } from '../rules/kind.ts'
import { MODES, type Mode } from '../rules/mode.ts'
import { SAMPLES } from '../rules/test-samples.ts'
import { SshClassifier } from './classifier.ts'
import { classifyAll, failsIn } from './test-classify.ts'

function classify(line: string) {
  return new SshClassifier('normal').classify(readLine(line))
}

describe('an event', () => {
  test('has every field that the line names', () => {
    expect(
      classify(
        'Nov 20 10:11:12 web-1 sshd[4711]: Failed password for invalid user x from 203.0.113.9 port 5 ssh2',
      ),
    ).toEqual({
      time: '2026-11-20T10:11:12.000Z',
      host: 'web-1',
      pid: 4711,
      kind: 'failed-authentication',
      outcome: 'failure',
      user: 'x',
      remoteAddress: '203.0.113.9',
      remotePort: 5,
      method: 'password',
      preauth: false,
      attempts: 1,
    })
  })

  test('omits fields that the line does not name', () => {
    expect(classify('sshd[4711]: Server listening on :: port 22.')).toEqual({
      time: null,
      host: null,
      pid: 4711,
      kind: 'other',
      outcome: 'info',
      preauth: false,
    })
  })

  test.each(['sshd', 'sshd-session', 'sshd-auth', '/usr/sbin/sshd', '[sshd]'])(
    'is made of a line of %s',
    (app) => {
      expect(classify(`Nov 20 10:11:12 web-1 ${app}: Invalid user x from 203.0.113.9`)?.outcome).toBe(
        'failure',
      )
    },
  )

  test('is made of a line of a PAM module that logs as sshd(pam_unix)', () => {
    const line =
      'Nov 20 10:11:12 web-1 sshd(pam_unix)[1]: authentication failure; logname= uid=0 euid=0 tty=x ruser= rhost=203.0.113.9'
    expect(classify(line)).toMatchObject({ kind: 'pam-failure', remoteAddress: '203.0.113.9' })
  })

  test.each(['sshdx', 'xsshd', 'sudo', 'ssh', 'sshguard', 'sshd-keygen', 'su(pam_unix)'])(
    'is not made of a line of %s',
    (app) => {
      expect(classify(`Nov 20 10:11:12 web-1 ${app}[1]: Invalid user x from 203.0.113.9`)).toBeUndefined()
    },
  )

  test('is made of a message without a program name if only sshd writes such messages', () => {
    expect(classify('{"message":"Failed password for x from 203.0.113.9 port 5 ssh2"}')?.outcome).toBe(
      'failure',
    )
    expect(classify('{"message":"something else"}')).toBeUndefined()
  })
})

describe('the mode', () => {
  test.each(SAMPLES.filter(({ kind, address }) => address !== undefined && KINDS[kind].preauthOnly !== true))(
    'decides alone whether $kind is a failure: $message',
    ({ message, kind }) => {
      const { outcome } = KINDS[kind]
      const from = MODES.indexOf(outcome as Mode)
      expect(failsIn(message)).toEqual(from < 0 ? [] : MODES.slice(from))
    },
  )

  test.each(SAMPLES.filter(({ kind, address }) => address !== undefined && KINDS[kind].preauthOnly === true))(
    'makes $kind a failure only before authentication: $message',
    ({ message, kind }) => {
      const from = MODES.indexOf(KINDS[kind].outcome as Mode)
      const bare = message.replace(/ \[preauth\]$/, '')
      expect(failsIn(`${bare} [preauth]`)).toEqual(MODES.slice(from))
      expect(failsIn(bare)).toEqual([])
    },
  )
})

/** Samples with inserted fragments, which include words and characters that parsers look for. */
const mutated = fc
  .record({
    sample: fc.constantFrom(...SAMPLES.map(({ message }) => message)),
    edits: fc.array(
      fc.record({
        at: fc.nat(150),
        remove: fc.nat(20),
        insert: fc.oneof(
          fc.constantFrom(
            ' from ',
            ' port ',
            ': ',
            ' for ',
            '[',
            ']',
            ' user ',
            'invalid user ',
            '10.1.1.1',
            '\0',
            "'",
          ),
          fc.string({ unit: 'binary', maxLength: 6 }),
        ),
      }),
      { maxLength: 5 },
    ),
  })
  .map(({ sample, edits }) =>
    edits.reduce(
      (text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove),
      sample,
    ),
  )

describe('any message of sshd’s, real or forged', () => {
  test('is classified, with a valid address, port and attempts', () => {
    fc.assert(
      fc.property(fc.array(mutated, { maxLength: 5 }), fc.constantFrom(...MODES), (messages, mode) => {
        for (const event of classifyAll(messages, mode)) {
          expect(event.remoteAddress ?? 'a').toMatch(/^[\w.:%-]{1,255}$/)
          expect(event.remotePort ?? 0).toBeLessThanOrEqual(65_535)
          expect(event.attempts ?? 0).toBeGreaterThanOrEqual(0)
          expect(event.time).not.toBeNull()
        }
      }),
      { numRuns: 5_000 },
    )
  })

  const oneOfEach = SAMPLES.filter(({ kind }, at) => SAMPLES.findIndex((one) => one.kind === kind) === at)

  test.each(oneOfEach)('is classified in time linear in its length: $message', ({ message }) => {
    const pieces = [
      ' from 10.1.1.1',
      ' from 10.1.1.1 port 5 ssh2',
      ': Change of username or service not allowed: (',
      ' 10.1.1.1 port 5: Change of username or service not allowed: (x,',
      ' port 5: ',
      ' not allowed because ',
      ' for ',
      '(ip=',
      '[',
      ' ',
      'a',
    ]
    for (const piece of pieces) {
      for (const at of [Math.floor(message.length / 2), message.length]) {
        const hostile = message.slice(0, at) + piece.repeat(2 ** 18 / piece.length) + message.slice(at)
        const started = performance.now()
        classifyAll([hostile], 'aggressive')
        // Linear rules take milliseconds; a quadratic one takes minutes.
        expect(performance.now() - started).toBeLessThan(2_000)
      }
    }
  })
})
