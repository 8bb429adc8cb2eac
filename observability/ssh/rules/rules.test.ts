import { describe, expect, test } from 'vitest'
import { KINDS, type Kind } from './kind.ts'
import { messageOf } from './message.ts'
import { readMessage } from './rules.ts'
import { SAMPLES } from './test-samples.ts'

function read(text: string, known?: string) {
  return readMessage(messageOf(text), known)
}

describe('a message of sshd’s', () => {
  test.each(SAMPLES)('$kind: $message', ({ message, ...expected }) => {
    const reading = read(message)
    expect(reading).toMatchObject(expected)
    expect(reading.address).toBe(expected.address)
  })

  test('has a sample for every kind', () => {
    const kinds = new Set<Kind>(SAMPLES.map(({ kind }) => kind))
    expect(Object.keys(KINDS).filter((kind) => !kinds.has(kind as Kind))).toEqual([])
  })

  test('is read the same with the prefixes of Solaris and the kernel', () => {
    const message = 'Failed password for bob from 203.0.113.9 port 40001 ssh2'
    expect(read(`[ID 800047 auth.info] ${message}`)).toEqual(read(message))
    expect(read(`kernel: [  970.699397] ${message}`)).toEqual(read(message))
  })
})

/** The client chooses the user name, the banner, the offer and the farewell; the peer is always 203.0.113.9. */
describe('an address in text that the client chose', () => {
  const peer = '203.0.113.9 port 40001'
  const names = [
    'x from 10.1.1.1',
    'x from 10.1.1.1 port 5',
    'x from 10.1.1.1 port 5 ssh2',
    'x from 10.1.1.1 port 5 ssh2: RSA SHA256:abc',
    'x from 10.1.1.1 port 5 ssh2: from',
    'from 10.1.1.1',
    ' from 10.1.1.1 port 5 ssh2',
    '10.1.1.1',
    'x 10.1.1.1 port 5',
    'x 10.1.1.1 port 5: Too many authentication failures',
    'x 10.1.1.1 port 5: Change of username or service not allowed: (x,y) -> (z,y)',
    'x from 10.1.1.1 not allowed because not listed in AllowUsers',
    'x [preauth]',
    'invalid user root',
    'x via 10.1.1.1 from',
    '::1 from',
  ]

  test.each(
    names.flatMap((name) =>
      [
        `Invalid user ${name} from ${peer}`,
        `Invalid user ${name} from 203.0.113.9`,
        `Failed password for invalid user ${name} from ${peer} ssh2`,
        `Failed none for invalid user ${name} from ${peer} ssh2`,
        `Failed publickey for invalid user ${name} from ${peer} ssh2: ED25519 SHA256:q2VdFZ`,
        `Postponed keyboard-interactive for invalid user ${name} from ${peer} ssh2 [preauth]`,
        `error: PAM: Authentication failure for illegal user ${name} from 203.0.113.9`,
        `error: maximum authentication attempts exceeded for invalid user ${name} from ${peer} ssh2 [preauth]`,
        `Connection closed by invalid user ${name} ${peer} [preauth]`,
        `Connection reset by invalid user ${name} ${peer} [preauth]`,
        `Disconnected from invalid user ${name} ${peer} [preauth]`,
        `Disconnecting invalid user ${name} ${peer}: Too many authentication failures [preauth]`,
        `Disconnecting invalid user ${name} ${peer}: Change of username or service not allowed: (${name},ssh-connection) -> (root,ssh-connection) [preauth]`,
        `ssh_dispatch_run_fatal: Connection from invalid user ${name} ${peer}: Connection corrupted [preauth]`,
      ].map((message) => ({ message, name })),
    ),
  )('in a user name is not taken for the peer: $message', ({ message, name }) => {
    const { user, address } = read(message)
    expect({ user, address }).toEqual({ user: name, address: '203.0.113.9' })
  })

  test.each([
    `Bad protocol version identification 'x' from 10.1.1.1 port 5' from ${peer}`,
    `Bad protocol version identification '' from 10.1.1.1 port 5 ' from ${peer}`,
    'Received disconnect from 203.0.113.9: 11: bye from 10.1.1.1 port 5 [preauth]',
    `Received disconnect from ${peer}:11: from 10.1.1.1 port 5:11: bye [preauth]`,
    `Received disconnect from ${peer}:3: from 10.1.1.1: 3: x: Auth fail [preauth]`,
    `Unable to negotiate with ${peer}: no matching cipher found. Their offer: with 10.1.1.1 port 5: no matching cipher found [preauth]`,
    `Accepted publickey for bob from ${peer} ssh2: RSA-CERT ID x from 10.1.1.1 port 5 ssh2: y (serial 0) CA RSA SHA256:abc`,
    `Failed hostbased for bob from ${peer} ssh2: RSA SHA256:abc, client user "x from 10.1.1.1 port 5 ssh2", client host "y"`,
    `Failed password for bob from ${peer} ssh1: ruser from 10.1.1.1`,
    'refused connect from (10.1.1.1)@evil.example (203.0.113.9)',
    'Address 203.0.113.9 maps to 10.1.1.1, but this does not map back to the address.',
    'reverse mapping checking getaddrinfo for x-[10.1.1.1] [203.0.113.9] failed - POSSIBLE BREAK-IN ATTEMPT!',
    'pam_unix(sshd:auth): authentication failure; logname= uid=0 euid=0 tty=ssh ruser= rhost=203.0.113.9  user=x rhost=10.1.1.1',
    `Disconnecting invalid user x ${peer}: Change of username or service not allowed: (x,ssh-connection) -> (y 10.1.1.1 port 5: Change of username or service not allowed: (x,z,ssh-connection) [preauth]`,
  ])('in other client text is not taken for the peer: %s', (message) => {
    expect(read(message).address).toBe('203.0.113.9')
  })

  test('is not taken for the peer when an earlier line named the peer', () => {
    const message =
      'Failed publickey for invalid user x from 203.0.113.9 port 40001 ssh2: RSA-CERT ID y from 10.1.1.1 port 5 ssh2: RSA z (serial 0) CA RSA SHA256:abc'
    expect(read(message, '203.0.113.9').address).toBe('203.0.113.9')
    const change = 'Change of username or service not allowed: (x'
    const forged = `y 10.1.1.1 port 5: ${change} 203.0.113.9 port 40001: ${change}`
    const line = `Disconnecting invalid user x 203.0.113.9 port 40001: ${change},ssh-connection) -> (${forged}`
    expect(read(line, '203.0.113.9')).toMatchObject({ address: '203.0.113.9', user: 'x' })
    const cut = `Disconnecting invalid user x 203.0.113.9 port 40001: ${change},ssh-connection) -> (10.1.1.1 port 5: Too many authentication failures`
    expect(read(cut, '203.0.113.9')).toMatchObject({
      address: '203.0.113.9',
      user: 'x',
      kind: 'username-changed',
    })
  })

  test.each([
    'kex_exchange_identification: client sent invalid protocol identifier "x from 10.1.1.1 port 5"',
    'User x from 10.1.1.1 not allowed because account is locked',
    'input_userauth_request: invalid user x from 10.1.1.1 [preauth]',
    'Disconnecting: Too many authentication failures for x from 10.1.1.1 [preauth]',
    'Connection closed by UNKNOWN port 65535 [preauth]',
    'Connection from UNKNOWN port 65535',
    'Unable to negotiate with UNKNOWN port 65535: no matching cipher found. Their offer: x',
    'Invalid user x from somewhere else',
    'Invalid user x from 300 port 5',
    'Failed password for invalid user x from 2001:db8::zz port 5 ssh2',
  ])('is not taken for the peer when sshd names no peer: %s', (message) => {
    expect(read(message).address).toBeUndefined()
  })
})
