import type { Kind } from '../rules/kind.ts'

export type Outcome = 'failure' | 'success' | 'info'

/**
 * The classification of one line of sshd's. Fields that neither the line nor its connection has named yet are undefined,
 * and left out of the JSON.
 */
export interface SshEvent {
  /** ISO 8601, UTC; null if the line has no time. */
  readonly time: string | null
  readonly host: string | null
  readonly pid: number | null
  readonly kind: Kind
  readonly outcome: Outcome
  /** May be empty: a client may send an empty name. */
  readonly user: string | undefined
  /** An IPv4 or IPv6 address, or a host name if sshd runs with UseDNS. */
  readonly remoteAddress: string | undefined
  readonly remotePort: number | undefined
  /** As sshd names it: `password`, `publickey`, `keyboard-interactive/pam` and others. */
  readonly method: string | undefined
  readonly preauth: boolean
  /** Repetitions counted by syslog, if any. */
  readonly count: number | undefined
  /**
   * Failed attempts that this line adds to those reported by earlier lines of its connection; sshd reports most attempts
   * more than once. For a success, the unreported failures of other users, plus the login itself. Undefined for 0, except
   * for a failure.
   */
  readonly attempts: number | undefined
  /** A failure without a known address. Its outcome is `info`; a later line that names the address is the failure. */
  readonly pending: true | undefined
  /** The kind of the pending failure that this line completed by naming the address. */
  readonly because: Kind | undefined
}
