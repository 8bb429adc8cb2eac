import { createHash } from 'node:crypto'
import { CodedError } from '../../catalog/errors.ts'
import type { AttackReport } from '../ssh/attacks/attack-report.ts'

/** Which of what is said of attacks is acted on. */
export const ALERT_CAUSES = ['open', 'grown', 'closed', 'critical'] as const

/** A state of an attack; `critical` is an attack in which somebody has logged in, opened or grown. */
export type AlertCause = (typeof ALERT_CAUSES)[number]

/** The longest key that receivers are asked to keep. */
const LONGEST_KEY = 255

export function isWanted({ state, severity }: AttackReport, causes: readonly AlertCause[]): boolean {
  return (
    causes.includes(state) || (causes.includes('critical') && severity === 'critical' && state !== 'closed')
  )
}

/**
 * What is the same whenever the same is said of an attack: `<id>/<state>/<attempts>/<kind>`, in the characters that a header
 * may have; the hash of that where it is long. The kind is in it since an attack may turn critical without another attempt.
 */
export function idempotencyKey({ id, state, attempts, kind }: AttackReport): string {
  const key = [id, state, String(attempts), kind]
    .map((part) => encodeURIComponent(part.toWellFormed()))
    .join('/')
  return key.length <= LONGEST_KEY ? key : createHash('sha256').update(key).digest('hex')
}

/** An alert that was not delivered, and will not be: why, in one line. */
export class AlertError extends CodedError<'REFUSED' | 'GAVE_UP' | 'COMMAND_FAILED'> {}

/** Something that is told of attacks. */
export interface AlertSink {
  /**
   * Returns when it has been told.
   * @param signal aborted where somebody else is to do it, or nobody now; then it throws the signal's reason
   * @throws AlertError where it is not told and trying again would not help
   */
  deliver(report: AttackReport, signal: AbortSignal): Promise<void>
}
