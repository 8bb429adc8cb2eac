import { ALERT_GROUP } from '../../catalog/groups.ts'
import { topic } from '../../catalog/topics.ts'
import { Subscriber } from '../../kafka/clients/subscriber.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { attackReportOf } from '../ssh/attacks/attack-report.ts'
import { type AlertCause, isWanted } from './alert.ts'
import { type DeliveryOptions, deliver } from './delivery.ts'

export interface AlerterOptions extends DeliveryOptions {
  readonly causes: readonly AlertCause[]
}

/**
 * Joins the consumer group that sends alerts for `ssh-attacks`; the subscriber starts when it is run. A new group starts at
 * the end of the topic; later runs continue at the committed offset. Each alert is delivered once, except if the process
 * ends or the group rebalances between delivery and commit: then it is delivered again with the same idempotency key.
 */
export function openAlerter(profile: Profile, options: AlerterOptions): Promise<Subscriber> {
  return Subscriber.open(profile, {
    application: 'attack-detector',
    groupId: ALERT_GROUP,
    topic: topic('ssh-attacks').name,
    warn: options.warn,
    onRecord: (value, signal) => alertAll(value, options, signal),
  })
}

/**
 * Delivers a record of `ssh-attacks` to all sinks in parallel, if its state causes alerts. Resolves when every sink has
 * delivered it or failed for good; failures are counted and logged. Throws the signal's reason if aborted before that.
 */
export async function alertAll(
  value: Buffer | null,
  options: AlerterOptions,
  signal: AbortSignal,
): Promise<void> {
  const report = attackReportOf(value)
  if (report && isWanted(report, options.causes)) await deliver(report, options, signal)
}
