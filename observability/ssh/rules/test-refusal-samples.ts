import { ADDRESS as A, type Sample, SIX } from './test-sample.ts'

/** Messages about refused users and about too many attempts or connections. */
export const REFUSAL_SAMPLES: readonly Sample[] = [
  { message: `ROOT LOGIN REFUSED FROM ${A}`, kind: 'root-login-refused', user: 'root', address: A },
  {
    message: `ROOT LOGIN REFUSED FROM ${SIX} port 40001 [preauth]`,
    kind: 'root-login-refused',
    address: SIX,
    port: 40001,
  },
  ...[
    'not listed in AllowUsers',
    'listed in DenyUsers',
    'not in any group',
    'a group is listed in DenyGroups',
    "none of user's groups are listed in AllowGroups",
  ].map(
    (reason): Sample => ({
      message: `User bob from ${A} not allowed because ${reason}`,
      kind: 'user-not-allowed',
      user: 'bob',
      address: A,
    }),
  ),
  { message: 'User bob not allowed because account is locked', kind: 'account-not-allowed', user: 'bob' },
  {
    message: 'User bob not allowed because shell /bin/nosh does not exist',
    kind: 'account-not-allowed',
    user: 'bob',
  },
  {
    message: 'fatal: Access denied for user bob by PAM account configuration [preauth]',
    kind: 'access-denied',
    user: 'bob',
  },
  {
    message: `bob: Authentication tried for bob with correct key but not from a permitted host (host=laptop.example, ip=${A}, required=192.0.2.*).`,
    kind: 'key-not-permitted',
    user: 'bob',
    address: A,
  },
  {
    message: `refused connect from laptop.example (::ffff:${A})`,
    kind: 'connection-refused',
    address: A,
  },
  { message: `refused connect from ${A}`, kind: 'connection-refused', address: A },
  {
    message: `error: maximum authentication attempts exceeded for root from ${A} port 40001 ssh2 [preauth]`,
    kind: 'maximum-attempts',
    user: 'root',
    address: A,
    port: 40001,
  },
  {
    message: `error: maximum authentication attempts exceeded for invalid user x y from ${A} port 40001 ssh2 [preauth]`,
    kind: 'maximum-attempts',
    user: 'x y',
    address: A,
  },
  {
    message: 'Disconnecting: Too many authentication failures for root [preauth]',
    kind: 'too-many-failures',
    user: 'root',
  },
  { message: 'Disconnecting: Too many authentication failures [preauth]', kind: 'too-many-failures' },
  {
    message: `Disconnecting authenticating user root ${A} port 40001: Too many authentication failures [preauth]`,
    kind: 'too-many-failures',
    user: 'root',
    address: A,
    port: 40001,
  },
  {
    message: `Disconnecting invalid user admin ${A} port 40001: Change of username or service not allowed: (admin,ssh-connection) -> (root,ssh-connection) [preauth]`,
    kind: 'username-changed',
    user: 'admin',
    address: A,
    port: 40001,
  },
  {
    message:
      'Disconnecting: Change of username or service not allowed: (a,ssh-connection) -> (b,ssh-connection)',
    kind: 'username-changed',
  },
  {
    message: `error: Received disconnect from ${A} port 40001:3: com.jcraft.jsch.JSchException: Auth fail [preauth]`,
    kind: 'client-gave-up',
    address: A,
    port: 40001,
  },
]
