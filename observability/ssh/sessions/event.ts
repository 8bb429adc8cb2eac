import type { Kind } from '../rules/kind.ts'

export type Outcome = 'failure' | 'success' | 'info'

/**
 * What one line of sshd's came to. Undefined, and left out of
 * its JSON, is what the line, and its connection so far, are silent about.
 */
export interface SshEvent {
  /** ISO 8601, UTC; null where the line tells no time. */
  readonly time: string | null
  readonly host: string | null
  readonly pid: number | null
  readonly kind: Kind
  readonly outcome: Outcome
  /** May be empty: a client may send an empty name. */
  readonly user: string | undefined
  /** An IPv4 or IPv6 address, or a host name where sshd was told to look them up. */
  readonly remoteAddress: string | undefined
  readonly remotePort: number | undefined
  /** As sshd names it: `password`, `publickey`, `keyboard-interactive/pam` and others. */
  readonly method: string | undefined
  readonly preauth: boolean
  /** How many times syslog counted the message, where it did. */
  readonly count: number | undefined
  /**
   * How many failed attempts this line adds to those that earlier lines of its connection told: sshd tells most attempts
   * more than once. Of a success, those by other users that were held back, and itself. Undefined where there are none to speak of.
   */
  readonly attempts: number | undefined
  /** A failure whose address sshd has not told yet: `info`, until a later line of the connection tells it and counts. */
  readonly pending: true | undefined
  /** What was pending, and made this line a failure by telling the address. */
  readonly because: Kind | undefined
}
