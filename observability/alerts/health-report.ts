/** What is wrong. A processor's incident may turn from one kind into the other. */
export type HealthKind =
  | 'processor-stalled'
  | 'processor-stopped'
  | 'dead-letters'
  | 'no-input'
  | 'order-violation'
  /** Nothing: somebody tries out the alerts. */
  | 'test'

/**
 * An alert about the platform itself, with the envelope of an attack's report: written when an incident opens, changes its
 * kind, and ends. Times are ISO 8601, by the clock of this machine.
 */
export interface HealthReport {
  /** The same in all reports of one incident. */
  readonly id: string
  readonly scope: 'processor' | 'topic' | 'platform'
  readonly state: 'open' | 'grown' | 'closed'
  readonly kind: HealthKind
  readonly severity: 'warning' | 'critical'
  /** The processor's group, or the topic. */
  readonly subject: string
  /** A sentence for a person. */
  readonly message: string
  readonly first: string
  readonly last: string
}
