import type { Mode } from './mode.ts'

/** How the lines of one connection add up to attempts; see `attempts` of SshEvent. */
export type Role =
  /** Reports a failed attempt. */
  | 'attempt'
  /** Reports, before its outcome, that an attempt will fail. */
  | 'announcement'
  /** Reports on all earlier attempts; counts as an attempt only if no earlier line reported any. */
  | 'summary'

export interface KindRule {
  /** The line that sshd writes, with the varying parts in capitals. */
  readonly line: string
  /** The first mode in which it is a failure, or its outcome in every mode. */
  readonly outcome: Mode | 'success' | 'info'
  readonly role?: Role
  /** A failure only before authentication, which sshd marks with [preauth]; otherwise info. */
  readonly preauthOnly?: true
  /** Info, unless the connection has tried several users. */
  readonly held?: true
  /** The connection's last line: its pid may be reused. */
  readonly ends?: true
}

/** Every kind of line that sshd writes; docs/ssh-rules.md shows the same table. */
const rules = {
  'failed-authentication': {
    line: 'Failed METHOD for USER from ADDRESS (of publickey: for an invalid user)',
    outcome: 'normal',
    role: 'attempt',
  },
  'failed-publickey': {
    line: 'Failed publickey for USER from ADDRESS: clients offer every key they have',
    outcome: 'info',
    held: true,
  },
  'invalid-user': { line: 'Invalid user USER from ADDRESS', outcome: 'normal', role: 'announcement' },
  'pam-error': {
    line: 'error: PAM: REASON for USER from ADDRESS',
    outcome: 'normal',
    role: 'announcement',
  },
  'pam-failure': {
    line: 'pam_NAME(sshd:auth): authentication failure; ... rhost=ADDRESS user=USER',
    outcome: 'info',
    held: true,
  },
  'root-login-refused': {
    line: 'ROOT LOGIN REFUSED FROM ADDRESS',
    outcome: 'normal',
    role: 'announcement',
  },
  'user-not-allowed': {
    line: 'User USER from ADDRESS not allowed because of AllowUsers, DenyUsers or groups',
    outcome: 'normal',
    role: 'announcement',
  },
  'account-not-allowed': {
    line: 'User USER not allowed because account is locked, or its shell is unusable',
    outcome: 'normal',
    role: 'announcement',
  },
  'access-denied': {
    line: 'Access denied for user USER by PAM account configuration',
    outcome: 'normal',
    role: 'announcement',
  },
  'key-not-permitted': {
    line: 'Authentication tried for USER with correct key but not from a permitted host',
    outcome: 'normal',
    role: 'announcement',
  },
  'connection-refused': {
    line: 'refused connect from NAME (ADDRESS), by TCP wrappers',
    outcome: 'normal',
    role: 'summary',
  },
  'maximum-attempts': {
    line: 'maximum authentication attempts exceeded for USER from ADDRESS',
    outcome: 'normal',
    role: 'summary',
  },
  'too-many-failures': {
    line: 'Disconnecting ...: Too many authentication failures',
    outcome: 'normal',
    role: 'summary',
  },
  'username-changed': {
    line: 'Disconnecting ...: Change of username or service not allowed',
    outcome: 'normal',
    role: 'summary',
  },
  'client-gave-up': {
    line: 'Received disconnect from ADDRESS:3: ...: Auth fail',
    outcome: 'normal',
    role: 'summary',
  },
  accepted: { line: 'Accepted METHOD for USER from ADDRESS', outcome: 'success' },
  'no-identification': {
    line: 'Did not receive identification string from ADDRESS',
    outcome: 'ddos',
    role: 'summary',
    ends: true,
  },
  'identification-failed': {
    line: 'kex_exchange_identification: connection closed or reset, or invalid protocol identifier',
    outcome: 'ddos',
    role: 'summary',
  },
  'bad-protocol-version': {
    line: 'Bad protocol version identification TEXT from ADDRESS',
    outcome: 'ddos',
    role: 'summary',
  },
  'banner-exchange-failed': {
    line: 'banner exchange: Connection from ADDRESS: REASON',
    outcome: 'ddos',
    role: 'summary',
  },
  'connection-lost': {
    line: 'Read from socket failed, Write failed, Read error from remote host ADDRESS',
    outcome: 'ddos',
    role: 'summary',
    preauthOnly: true,
  },
  'corrupted-packet': {
    line: 'Corrupted MAC on input; ssh_dispatch_run_fatal: Connection from ADDRESS: message authentication code incorrect',
    outcome: 'ddos',
    role: 'summary',
    preauthOnly: true,
  },
  'login-timeout': {
    line: 'Timeout before authentication for ADDRESS',
    outcome: 'ddos',
    role: 'summary',
    ends: true,
  },
  'connection-dropped': {
    line: 'drop connection #N from [ADDRESS] past MaxStartups, or for a PerSourcePenalties penalty',
    outcome: 'ddos',
    role: 'summary',
  },
  'connection-closed': {
    line: 'Connection closed by ADDRESS, by invalid or authenticating user USER ADDRESS',
    outcome: 'ddos',
    role: 'summary',
    preauthOnly: true,
    ends: true,
  },
  'connection-reset': {
    line: 'Connection reset by ADDRESS, by invalid or authenticating user USER ADDRESS',
    outcome: 'ddos',
    role: 'summary',
    preauthOnly: true,
    ends: true,
  },
  disconnected: {
    line: 'Disconnected from ADDRESS, from invalid or authenticating user USER ADDRESS',
    outcome: 'ddos',
    role: 'summary',
    preauthOnly: true,
    ends: true,
  },
  'no-methods-left': {
    line: 'Received disconnect from ADDRESS:14: No supported authentication methods available',
    outcome: 'extra',
    role: 'summary',
  },
  'nothing-in-common': {
    line: 'Unable to negotiate with ADDRESS: no matching cipher, MAC, key exchange method, ... found',
    outcome: 'extra',
    role: 'summary',
  },
  'disconnected-by-client': {
    line: 'Received disconnect from ADDRESS:CODE: TEXT, with a code other than 11',
    outcome: 'aggressive',
    role: 'summary',
    preauthOnly: true,
  },
  'disconnected-by-server': {
    line: 'Disconnecting ...: a protocol error, a bad packet',
    outcome: 'aggressive',
    role: 'summary',
    preauthOnly: true,
  },
  'dispatch-failed': {
    line: 'ssh_dispatch_run_fatal: Connection from ADDRESS: any other REASON',
    outcome: 'aggressive',
    role: 'summary',
    preauthOnly: true,
  },
  'fatal-error': {
    line: 'fatal: REASON, if no other kind matches',
    outcome: 'aggressive',
    role: 'summary',
    preauthOnly: true,
  },
  'client-left': {
    line: 'Received disconnect from ADDRESS:11: TEXT, a regular disconnect',
    outcome: 'info',
  },
  'connection-opened': { line: 'Connection from ADDRESS', outcome: 'info' },
  'connection-details': { line: 'SSH: Server;Ltype: ...;Remote: ADDRESS-PORT;...', outcome: 'info' },
  'reverse-mapping': {
    line: 'Address ADDRESS maps to NAME, reverse mapping checking ...: POSSIBLE BREAK-IN ATTEMPT',
    outcome: 'info',
  },
  'method-postponed': { line: 'Postponed METHOD for USER, Partial METHOD for USER', outcome: 'info' },
  'user-unknown': { line: 'input_userauth_request: invalid user USER', outcome: 'info' },
  'pam-note': {
    line: 'pam_NAME(sshd:...): any other message; PAM N more authentication failures',
    outcome: 'info',
  },
  'session-opened': { line: 'pam_NAME(sshd:session): session opened for user USER', outcome: 'info' },
  'session-closed': { line: 'pam_NAME(sshd:session): session closed for user USER', outcome: 'info' },
  throttling: { line: 'beginning, in and exited MaxStartups throttling', outcome: 'info' },
  other: { line: 'any other line of sshd', outcome: 'info' },
} as const satisfies Record<string, KindRule>

export type Kind = keyof typeof rules

export const KINDS: Readonly<Record<Kind, KindRule>> = rules
