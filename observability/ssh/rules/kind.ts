import type { Mode } from './mode.ts'

/** How lines of one connection add up to attempts; see `attempts` of SshEvent. */
export type Role =
  /** Says that an attempt came to nothing. */
  | 'attempt'
  /** Says of an attempt, before its outcome, that it will come to nothing. */
  | 'announcement'
  /** Says of all that went before; an attempt of its own only where nothing did. */
  | 'summary'

export interface KindRule {
  /** What sshd says, with its capitals for what varies. */
  readonly line: string
  /** The mode from which on it is a failure; or what it always is. */
  readonly outcome: Mode | 'success' | 'info'
  readonly role?: Role
  /** A failure only before authentication, which sshd marks with [preauth]; afterwards it is info. */
  readonly preauthOnly?: true
  /** It is info, until the connection turns out to have tried several users. */
  readonly held?: true
  /** Nothing more comes of the connection, so that its pid may come again. */
  readonly ends?: true
}

/** Every kind of line that sshd writes, as docs/ssh-rules.md shows them. */
const rules = {
  'failed-authentication': {
    line: 'Failed METHOD for USER from ADDRESS (of publickey: for an invalid user)',
    outcome: 'normal',
    role: 'attempt',
  },
  'failed-publickey': {
    line: 'Failed publickey for USER from ADDRESS: a client offers all the keys it has',
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
    line: 'User USER not allowed because account is locked, or its shell cannot be run',
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
    line: 'kex_exchange_identification: closed, reset, or no identifier of the protocol',
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
    line: 'drop connection #N from [ADDRESS] past MaxStartups, or for a penalty of PerSourcePenalties',
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
    line: 'Received disconnect from ADDRESS:CODE: TEXT, with another code than 11',
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
    line: 'fatal: REASON, where no other kind fits',
    outcome: 'aggressive',
    role: 'summary',
    preauthOnly: true,
  },
  'client-left': {
    line: 'Received disconnect from ADDRESS:11: TEXT, the client’s good-bye',
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
    line: 'pam_NAME(sshd:...): anything else; PAM N more authentication failures',
    outcome: 'info',
  },
  'session-opened': { line: 'pam_NAME(sshd:session): session opened for user USER', outcome: 'info' },
  'session-closed': { line: 'pam_NAME(sshd:session): session closed for user USER', outcome: 'info' },
  throttling: { line: 'beginning, in and exited MaxStartups throttling', outcome: 'info' },
  other: { line: 'whatever else sshd says', outcome: 'info' },
} as const satisfies Record<string, KindRule>

export type Kind = keyof typeof rules

export const KINDS: Readonly<Record<Kind, KindRule>> = rules
