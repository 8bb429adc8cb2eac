import { createHash } from 'node:crypto'
import { CodedError } from '../../catalog/errors.ts'
import type { AttackReport } from '../ssh/attacks/attack-report.ts'
import type { HealthReport } from './health-report.ts'

/** What sinks deliver, as JSON. */
export type Alert = AttackReport | HealthReport

/** What may cause an alert. */
export const ALERT_CAUSES = ['open', 'grown', 'closed', 'critical'] as const

/** A state of an attack, or `critical`: an attack with a successful login that opens or grows. */
export type AlertCause = (typeof ALERT_CAUSES)[number]

/** Longest idempotency key that receivers have to store. */
const LONGEST_KEY = 255

export function isWanted({ state, severity }: AttackReport, causes: readonly AlertCause[]): boolean {
  return (
    causes.includes(state) || (causes.includes('critical') && severity === 'critical' && state !== 'closed')
  )
}

/**
 * The same key for the same report: `<id>/<state>/<attempts>/<kind>`, of a report about the platform `<id>/<state>/<kind>`;
 * percent-encoded for use as a header, or its SHA-256 if it is longer than 255 characters. Includes the kind because an attack
 * can turn critical without another attempt.
 */
export function idempotencyKey(alert: Alert): string {
  const { id, state, kind } = alert
  const key = [id, state, ...('attempts' in alert ? [String(alert.attempts)] : []), kind]
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join('/')
  return key.length <= LONGEST_KEY ? key : createHash('sha256').update(key).digest('hex')
}

/** An alert that was not delivered and will not be retried. The message gives the reason in one line. */
export class AlertError extends CodedError<'REFUSED' | 'GAVE_UP' | 'COMMAND_FAILED'> {}

/** A destination of alerts. */
export interface AlertSink {
  /** For messages; holds no secret. */
  readonly name: string
  /**
   * Resolves when the alert is delivered.
   * @param signal aborted on shutdown or when the partition is lost; then it throws the signal's reason
   * @throws AlertError if delivery failed for good
   */
  deliver(alert: Alert, signal: AbortSignal): Promise<void>
}
