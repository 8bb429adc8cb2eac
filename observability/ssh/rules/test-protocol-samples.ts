import { ADDRESS as A, type Sample, SIX } from './test-sample.ts'

/** Messages about clients that violate the protocol or share no algorithm with sshd. */
export const PROTOCOL_SAMPLES: readonly Sample[] = [
  { message: `Did not receive identification string from ${A}`, kind: 'no-identification', address: A },
  {
    message: `Did not receive identification string from ${SIX} port 40001`,
    kind: 'no-identification',
    address: SIX,
    port: 40001,
  },
  {
    message: 'error: kex_exchange_identification: client sent invalid protocol identifier "GET / HTTP/1.1"',
    kind: 'identification-failed',
  },
  {
    message: 'error: kex_exchange_identification: Connection closed by remote host',
    kind: 'identification-failed',
  },
  {
    message: 'error: kex_exchange_identification: read: Connection reset by peer',
    kind: 'identification-failed',
  },
  { message: 'error: kex_exchange_identification: banner line too long', kind: 'other' },
  {
    message: `Bad protocol version identification 'GET / HTTP/1.1' from ${A} port 40001`,
    kind: 'bad-protocol-version',
    address: A,
    port: 40001,
  },
  {
    message: `Protocol major versions differ for ${A} port 40001: SSH-2.0-x vs. SSH-1.5-y`,
    kind: 'bad-protocol-version',
    address: A,
  },
  {
    message: `banner exchange: Connection from ${A} port 40001: invalid format`,
    kind: 'banner-exchange-failed',
    address: A,
    port: 40001,
  },
  {
    message: `banner exchange: Connection from ${SIX} port 40001: could not read protocol version`,
    kind: 'banner-exchange-failed',
    address: SIX,
  },
  { message: 'fatal: Read from socket failed: Connection reset by peer [preauth]', kind: 'connection-lost' },
  { message: 'fatal: Write failed: Broken pipe [preauth]', kind: 'connection-lost' },
  {
    message: `Read error from remote host ${A} port 40001: Connection timed out`,
    kind: 'connection-lost',
    address: A,
    port: 40001,
  },
  { message: 'Corrupted MAC on input. [preauth]', kind: 'corrupted-packet' },
  {
    message: `ssh_dispatch_run_fatal: Connection from ${A} port 40001: message authentication code incorrect [preauth]`,
    kind: 'corrupted-packet',
    address: A,
    port: 40001,
  },
  {
    message: `ssh_dispatch_run_fatal: Connection from authenticating user root ${A} port 40001: Connection corrupted [preauth]`,
    kind: 'corrupted-packet',
    user: 'root',
    address: A,
  },
  {
    message: `ssh_dispatch_run_fatal: Connection from ${A} port 40001: incorrect signature [preauth]`,
    kind: 'dispatch-failed',
    address: A,
  },
  {
    message: `Address ${A} maps to laptop.example, but this does not map back to the address - POSSIBLE BREAK-IN ATTEMPT!`,
    kind: 'reverse-mapping',
    address: A,
  },
  {
    message: `reverse mapping checking getaddrinfo for laptop.example [${A}] failed - POSSIBLE BREAK-IN ATTEMPT!`,
    kind: 'reverse-mapping',
    address: A,
  },
]
