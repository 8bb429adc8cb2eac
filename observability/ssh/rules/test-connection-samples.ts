import type { Kind } from './kind.ts'
import { ADDRESS as A, type Sample, SIX } from './test-sample.ts'

/** Messages about the start and end of connections, and messages of no other kind. */
export const CONNECTION_SAMPLES: readonly Sample[] = [
  { message: `fatal: Timeout before authentication for ${A}`, kind: 'login-timeout', address: A },
  {
    message: `fatal: Timeout before authentication for ${A} port 40001`,
    kind: 'login-timeout',
    address: A,
    port: 40001,
  },
  {
    message: `Timeout before authentication for connection from ${SIX} to 192.0.2.1, pid = 4711`,
    kind: 'login-timeout',
    address: SIX,
  },
  {
    message: `drop connection #10 from [${A}]:40001 on [192.0.2.1]:22 past MaxStartups`,
    kind: 'connection-dropped',
    address: A,
    port: 40001,
  },
  {
    message: `drop connection #0 from [${SIX}]:40001 on [2001:db8::1]:22 penalty: failed authentication`,
    kind: 'connection-dropped',
    address: SIX,
  },
  ...(['closed', 'reset'] as const).flatMap((how): Sample[] => {
    const kind: Kind = `connection-${how}`
    return [
      { message: `Connection ${how} by ${A} [preauth]`, kind, address: A },
      { message: `Connection ${how} by ${SIX} port 40001 [preauth]`, kind, address: SIX, port: 40001 },
      { message: `Connection ${how} by invalid user  ${A} port 40001 [preauth]`, kind, user: '', address: A },
      {
        message: `Connection ${how} by authenticating user root ${A} port 40001 [preauth]`,
        kind,
        user: 'root',
        address: A,
        port: 40001,
      },
      { message: `Connection ${how} by ${A} port 40001`, kind, address: A },
    ]
  }),
  { message: `Disconnected from ${A} port 40001 [preauth]`, kind: 'disconnected', address: A, port: 40001 },
  {
    message: `Disconnected from invalid user x y ${A} port 40001 [preauth]`,
    kind: 'disconnected',
    user: 'x y',
    address: A,
  },
  { message: `Disconnected from user bob ${A} port 40001`, kind: 'disconnected', user: 'bob', address: A },
  {
    message: `Received disconnect from ${A}: 14: No supported authentication methods available [preauth]`,
    kind: 'no-methods-left',
    address: A,
  },
  {
    message: `error: Received disconnect from ${A} port 40001:14: No authentication methods available [preauth]`,
    kind: 'no-methods-left',
    address: A,
    port: 40001,
  },
  {
    message: `fatal: Unable to negotiate with ${A} port 40001: no matching host key type found. Their offer: ssh-dss [preauth]`,
    kind: 'nothing-in-common',
    address: A,
    port: 40001,
  },
  { message: 'fatal: Unable to negotiate a key exchange method [preauth]', kind: 'nothing-in-common' },
  {
    message: 'fatal: no matching mac found: client hmac-a server hmac-b [preauth]',
    kind: 'nothing-in-common',
  },
  {
    message: `Received disconnect from ${A} port 40001:2: Protocol error [preauth]`,
    kind: 'disconnected-by-client',
    address: A,
  },
  {
    message: `error: Received disconnect from ${SIX}: 3: No more user authentication methods available. [preauth]`,
    kind: 'disconnected-by-client',
    address: SIX,
  },
  { message: 'Disconnecting: Packet corrupt [preauth]', kind: 'disconnected-by-server' },
  {
    message: `Disconnecting ${A} port 40001: Packet corrupt [preauth]`,
    kind: 'disconnected-by-server',
    address: A,
  },
  {
    message: 'fatal: userauth_pubkey: parse publickey packet: incomplete message [preauth]',
    kind: 'fatal-error',
  },
  {
    message: `Received disconnect from ${A} port 40001:11: Bye Bye [preauth]`,
    kind: 'client-left',
    address: A,
    port: 40001,
  },
  { message: `Received disconnect from ${A}: 11: disconnected by user`, kind: 'client-left', address: A },
  {
    message: `Connection from ${A} port 40001 on 192.0.2.1 port 22 rdomain ""`,
    kind: 'connection-opened',
    address: A,
    port: 40001,
  },
  { message: `Connection from ${SIX} port 40001`, kind: 'connection-opened', address: SIX, port: 40001 },
  {
    message: `SSH: Server;Ltype: Version;Remote: ${A}-40001;Protocol: 2.0;Client: x`,
    kind: 'connection-details',
    address: A,
    port: 40001,
  },
  { message: 'beginning MaxStartups throttling', kind: 'throttling' },
  {
    message: 'exited MaxStartups throttling after 00:01:10, 5 connections dropped',
    kind: 'throttling',
  },
  ...[
    'Server listening on 0.0.0.0 port 22.',
    'Received signal 15; terminating.',
    'Authentication refused: bad ownership or modes for directory /home/bob',
    'Could not get shadow information for bob',
    'User child is on pid 4711',
    'Found matching ED25519 key: SHA256:q2VdFZ',
    'syslogin_perform_logout: logout() returned an error',
    'Starting session: shell on pts/0 for bob from 203.0.113.9 port 40001 id 0',
    'Failed to disconnect from controlling tty.',
    'User bob not allowed because /etc/nologin exists',
    'Connection reset by peer',
    '',
  ].map((message): Sample => ({ message, kind: 'other' })),
]
