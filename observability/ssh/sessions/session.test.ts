import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readLine } from '../../formats/test-reader.ts'
import { MODES } from '../rules/mode.ts'
import { SAMPLES } from '../rules/test-samples.ts'
import { SshClassifier } from './classifier.ts'
import { SshTally } from './tally.ts'
import { classifyAll } from './test-classify.ts'

const PEER = '203.0.113.9'
const INVALID = `Invalid user admin from ${PEER} port 40001`
const FAILED = `Failed password for invalid user admin from ${PEER} port 40001 ssh2`
const PAM = `pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=${PEER}`

describe('the address of a line that names none', () => {
  test('is that of an earlier line of the connection', () => {
    const [, failure] = classifyAll(
      [
        `Connection from ${PEER} port 40001`,
        'Disconnecting: Too many authentication failures for root [preauth]',
      ],
      'normal',
    )
    expect(failure).toMatchObject({
      outcome: 'failure',
      remoteAddress: PEER,
      remotePort: 40001,
      user: 'root',
    })
  })

  test('is not that of another connection', () => {
    const events = classifyAll(
      [
        [1, `Connection from ${PEER} port 40001`],
        [2, 'Disconnecting: Too many authentication failures for root [preauth]'],
      ],
      'normal',
    )
    expect(events[1]).toMatchObject({ outcome: 'info', pending: true })
    expect(events[1]?.remoteAddress).toBeUndefined()
  })

  test('makes the failure pending until a line names it, and that line is the failure', () => {
    const events = classifyAll(
      [
        'User bob not allowed because account is locked',
        'input_userauth_request: invalid user bob [preauth]',
        `Received disconnect from ${PEER} port 40001:11: Bye Bye [preauth]`,
        `Connection closed by ${PEER} port 40001`,
      ],
      'normal',
    )
    expect(events.map(({ outcome }) => outcome)).toEqual(['info', 'info', 'failure', 'info'])
    expect(events[0]).toMatchObject({ pending: true })
    expect(events[2]).toMatchObject({
      kind: 'client-left',
      because: 'account-not-allowed',
      user: 'bob',
      attempts: 1,
    })
  })

  test('is forgotten at the end of the connection and at the start of the next', () => {
    const locked = 'User bob not allowed because account is locked'
    const ended = classifyAll(
      [INVALID, `Connection closed by ${PEER} port 40001 [preauth]`, locked],
      'normal',
    )
    expect(ended[2]).toMatchObject({ outcome: 'info', pending: true })
    const begun = classifyAll([INVALID, 'Connection from 198.51.100.7 port 5', locked], 'normal')
    expect(begun[2]).toMatchObject({ outcome: 'failure', remoteAddress: '198.51.100.7' })
  })

  test('is forgotten after ten minutes', () => {
    const classifier = new SshClassifier('normal')
    const locked = 'User bob not allowed because account is locked'
    classifier.classify(readLine(`Nov 20 10:00:00 web-1 sshd[1]: ${INVALID}`))
    const soon = classifier.classify(readLine(`Nov 20 10:09:59 web-1 sshd[1]: ${locked}`))
    expect(soon).toMatchObject({ outcome: 'failure' })
    classifier.classify(readLine(`Nov 20 10:09:59 web-1 sshd[2]: ${INVALID}`))
    const late = classifier.classify(readLine(`Nov 20 10:19:59 web-1 sshd[2]: ${locked}`))
    expect(late).toMatchObject({ outcome: 'info', pending: true })
  })

  test('never makes a failure without a pid pending, because no later line can be assigned to it', () => {
    const event = new SshClassifier('normal').classify(
      readLine('Nov 20 10:00:00 web-1 sshd: User bob not allowed because account is locked'),
    )
    expect(event).toMatchObject({ outcome: 'failure', pid: null, pending: undefined })
  })

  test('is that of the record’s address field, if it has one', () => {
    const record = { ts: 1795169472, message: 'sshd[1]: User bob not allowed because account is locked' }
    const line = readLine(JSON.stringify({ ...record, remote_address: PEER }))
    expect(new SshClassifier('normal').classify(line)).toMatchObject({
      outcome: 'failure',
      remoteAddress: PEER,
    })
  })
})

describe('attempts', () => {
  function attempts(messages: readonly string[], mode: (typeof MODES)[number] = 'normal'): number[] {
    return classifyAll(messages, mode).map((event) => event.attempts ?? 0)
  }

  test('are one when sshd reports an attempt three times', () => {
    expect(
      attempts(
        [INVALID, PAM, FAILED, `Connection closed by invalid user admin ${PEER} port 40001 [preauth]`],
        'ddos',
      ),
    ).toEqual([1, 0, 0, 0])
  })

  test('are one when two lines announce an attempt', () => {
    const pam = `error: PAM: Authentication failure for illegal user admin from ${PEER}`
    expect(attempts([INVALID, pam, FAILED, pam, FAILED])).toEqual([1, 0, 0, 1, 0])
  })

  test('are as many as the refused passwords', () => {
    const maximum = `error: maximum authentication attempts exceeded for invalid user admin from ${PEER} port 40001 ssh2 [preauth]`
    const disconnecting = `Disconnecting invalid user admin ${PEER} port 40001: Too many authentication failures [preauth]`
    expect(attempts([INVALID, FAILED, FAILED, FAILED, maximum, disconnecting])).toEqual([1, 0, 1, 1, 0, 0])
  })

  test('are one when only the end of the connection is logged', () => {
    expect(
      attempts([
        'Disconnecting: Too many authentication failures for root [preauth]',
        `Connection closed by ${PEER} [preauth]`,
      ]),
    ).toEqual([0, 1])
  })

  test('are as many as syslog counted repetitions', () => {
    const root = `Failed password for root from ${PEER} port 40001 ssh2`
    const [, repeated] = classifyAll([root, `message repeated 4 times: [ ${root}]`], 'normal')
    expect(repeated).toMatchObject({
      kind: 'failed-authentication',
      outcome: 'failure',
      count: 4,
      attempts: 4,
    })
    expect(attempts([INVALID, `message repeated 4 times: [ ${FAILED}]`])).toEqual([1, 3])
  })

  test('of a success are those of another user, plus the login', () => {
    const other = `${PAM}  user=root`
    const own = `${PAM}  user=bob`
    const accepted = `Accepted password for bob from ${PEER} port 40001 ssh2`
    expect(attempts([own, own, accepted])).toEqual([0, 0, 0])
    // The login is an attempt as another user too, as fail2ban counts it.
    expect(attempts([other, other, accepted])).toEqual([0, 0, 3])
  })
})

describe('a login after failures of another user', () => {
  const accepted = `Accepted password for known from ${PEER} port 40001 ssh2`
  const sums = (messages: readonly string[]) =>
    classifyAll(messages, 'normal').map(({ outcome, attempts }) => `${outcome} ${attempts ?? 0}`)

  test('is an attempt, in addition to the failures not reported yet', () => {
    const [root, sudoer] = ['root', 'sudoer'].map((user) => PAM.replace('ruser=', `ruser=${user}`)) as [
      string,
      string,
    ]
    expect(sums([root, root, accepted])).toEqual(['info 0', 'info 0', 'success 3'])
    expect(sums([root, sudoer, accepted])).toEqual(['info 0', 'failure 2', 'success 1'])
    const failed = `Failed password for root from ${PEER} port 40001 ssh2`
    expect(sums([root, failed, root, failed, accepted])).toEqual([
      'info 0',
      'failure 1',
      'info 0',
      'failure 1',
      'success 1',
    ])
  })

  test('is an attempt after a PAM failure without a user name, because that user does not exist', () => {
    expect(sums([PAM, accepted])).toEqual(['info 0', 'success 2'])
    expect(sums([PAM, PAM, accepted])).toEqual(['info 0', 'info 0', 'success 3'])
  })

  test('is no attempt after failures of the same user, even if only Kerberos names the user', () => {
    expect(sums([`${PAM}  user=known`, accepted])).toEqual(['info 0', 'success 0'])
    const kerberos = PAM.replace('pam_unix', 'pam_krb5').replace('logname=', 'logname=known')
    expect(sums([kerberos, accepted])).toEqual(['info 0', 'success 0'])
    const key = `Failed publickey for known from ${PEER} port 40001 ssh2: RSA SHA256:abc`
    expect(sums([key, accepted])).toEqual(['info 0', 'success 0'])
  })

  test('is no attempt after failures of an earlier connection with the same pid', () => {
    const earlier = `Failed password for root from ${PEER} port 33333 ssh2`
    expect(sums([earlier, accepted])).toEqual(['failure 1', 'success 0'])
    expect(sums([PAM.replace(PEER, '198.51.100.7'), accepted])).toEqual(['info 0', 'success 0'])
  })
})

describe('a held failure', () => {
  const key = (user: string) => `Failed publickey for ${user} from ${PEER} port 40001 ssh2: RSA SHA256:abc`

  test('is info while one user tries several keys', () => {
    const accepted = `Accepted publickey for git from ${PEER} port 40001 ssh2: RSA SHA256:abc`
    const outcomes = classifyAll([key('git'), key('git'), accepted], 'aggressive').map(
      ({ outcome }) => outcome,
    )
    expect(outcomes).toEqual(['info', 'info', 'success'])
  })

  test('counts as soon as the connection tries another user', () => {
    const events = classifyAll([`${PAM}  user=root`, `${PAM}  user=bob`], 'normal')
    expect(events).toMatchObject([{ outcome: 'info' }, { outcome: 'failure', user: 'bob', attempts: 2 }])
  })
})

describe('any sequence of messages', () => {
  const messages = fc.array(
    fc.tuple(fc.constantFrom(1, 2), fc.constantFrom(...SAMPLES.map(({ message }) => message))),
    { maxLength: 12 },
  )

  test('has in each mode every failure of the mode before it', () => {
    fc.assert(
      fc.property(messages, (sequence) => {
        const failures = MODES.map((mode) =>
          classifyAll(sequence, mode).map(({ outcome }) => outcome === 'failure'),
        )
        for (let wider = 1; wider < MODES.length; wider += 1) {
          const lost = failures[wider - 1]?.flatMap((failed, at) =>
            failed && !failures[wider]?.[at] ? [at] : [],
          )
          expect(lost).toEqual([])
        }
      }),
      { numRuns: 3_000 },
    )
  })

  test('never turns a possible break-in attempt into a failure', () => {
    fc.assert(
      fc.property(messages, (sequence) => {
        for (const event of classifyAll(sequence, 'aggressive')) {
          if (event.kind === 'reverse-mapping' && event.because === undefined)
            expect(event.outcome).toBe('info')
        }
      }),
    )
  })
})

test('the classifier keeps at most 50,000 connections', () => {
  const classifier = new SshClassifier('normal')
  for (let pid = 0; pid < 60_000; pid += 1) {
    classifier.classify(readLine(`Nov 20 10:00:00 web-1 sshd[${pid}]: ${INVALID}`))
  }
  expect(classifier.size).toBeLessThanOrEqual(50_000)
  expect(classifier.size).toBeGreaterThanOrEqual(25_000)
})

test('the classifier does not keep the text of the log in memory', () => {
  setFlagsFromString('--expose-gc')
  const collectGarbage = runInNewContext('gc') as () => void
  const classifier = new SshClassifier('normal')
  const tally = new SshTally()
  const classifyChunks = (from: number, count: number) => {
    for (let pid = from; pid < from + count; pid += 1) {
      const user = `a-rather-long-name-${pid}`
      const chunk = `Nov 20 10:00:00 web-of-a-long-name-${pid} sshd[${pid}]: Invalid user ${user} from 2001:db8:1234:5678::${pid % 10_000}\n${'x'.repeat(100_000)}`
      tally.add(classifier.classify(readLine(chunk.slice(0, chunk.indexOf('\n')))))
    }
    collectGarbage()
    return process.memoryUsage().heapUsed
  }
  const before = classifyChunks(1, 100)
  // The chunks themselves are 100 MB.
  expect(classifyChunks(101, 1_000) - before).toBeLessThan(20e6)
})
