import { describe, expect, test } from 'vitest'
import { SAMPLES } from '../../observability/ssh/rules/test-samples.ts'
import { classifyAll } from '../../observability/ssh/sessions/test-classify.ts'
import { HostLogs } from '../../producers/host-logs.ts'
import { conformanceInput } from '../conformance/input/input.ts'
import { attackOf } from './test-ssh-patterns.ts'

/** The kinds whose own line contains a user and an address. */
const KINDS = [
  'failed-authentication',
  'invalid-user',
  'pam-error',
  'maximum-attempts',
  'root-login-refused',
  'user-not-allowed',
]

/** The Node classifier's result for a single line, as far as the scripts should agree. */
function expected(message: string) {
  const [event] = classifyAll([message], 'normal')
  if (event?.outcome !== 'failure' || !KINDS.includes(event.kind)) return undefined
  return { kind: event.kind, user: event.user, address: event.remoteAddress }
}

describe('the SSH scripts’ patterns', () => {
  test.each(SAMPLES.map(({ message }) => message))('give the classifier’s result for %j', (message) => {
    expect(attackOf(message)).toEqual(expected(message))
  })

  test.each(SAMPLES.map(({ message }) => message))(
    'give the same result with sshd’s level and phase: %j',
    (message) => {
      const marked = `error: ${message} [preauth]`
      expect(attackOf(marked)).toEqual(expected(marked))
    },
  )

  test.each([
    'Failed hostbased for bob from 203.0.113.9 port 40001 ssh2: RSA SHA256:q2, client user "x from 198.51.100.6 port 1"',
    'Failed password for invalid user x from 198.51.100.6 port 5 ssh2 from 203.0.113.9 port 40001 ssh2',
    'Invalid user x from 198.51.100.6 port 5 from 203.0.113.9 port 40001',
  ])('are not misled by a user name that a client chose: %s', (message) => {
    expect(attackOf(message)).toEqual(expected(message))
    expect(attackOf(message)?.address).toBe('203.0.113.9')
  })

  test('find the classifier’s failures in the logs of a platform under attack', () => {
    const logs = new HostLogs({ seed: 7, start: 0, linesPerSecond: 20, hosts: 6, attackRatio: 0.4 })
    let found = 0
    for (let line = 0; line < 4_000; line += 1) {
      const { app, message } = logs.next()
      if (app !== 'sshd') continue
      const attack = attackOf(message)
      expect(attack, message).toEqual(expected(message))
      if (attack) found += 1
    }
    expect(found).toBeGreaterThan(300)
  })

  test.each([7, 8, 9])('find the failures that the conformance input contains, seed %d', (seed) => {
    const lines = conformanceInput(seed, Date.UTC(2026, 10, 21), 6).flatMap(({ logs }) => logs.lines)
    for (const { app, message, reported } of lines.filter((line) => line.app === 'sshd')) {
      const { attempts: _, ...found } = reported ?? { attempts: 0 }
      expect(attackOf(message), `${app}: ${message}`).toEqual(reported ? found : undefined)
    }
  })
})
