import { ALERT_GROUP } from '../../catalog/groups.ts'
import { topic } from '../../catalog/topics.ts'
import { Subscriber } from '../../kafka/clients/subscriber.ts'
import type { Warn } from '../../kafka/kafkajs/kafkajs-client.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { type AttackReport, attackReportOf } from '../ssh/attacks/attack-report.ts'
import { type AlertCause, AlertError, type AlertSink, isWanted } from './alert.ts'

/** Outcomes of alerts since the start. An alert counts once for each sink. */
export class AlertMetrics {
  delivered = 0
  /** Retries; one alert may have several. */
  retries = 0
  /** Refused by the receiver, for example with a 4xx. */
  refused = 0
  /** Given up at the end of the retry time. */
  gaveUp = 0
  /** Commands that could not be started, exited with a code other than 0, or exceeded the time limit. */
  commandsFailed = 0

  get undelivered(): number {
    return this.refused + this.gaveUp + this.commandsFailed
  }
}

export interface AlerterOptions {
  readonly sinks: readonly AlertSink[]
  readonly causes: readonly AlertCause[]
  readonly metrics: AlertMetrics
  /** Receives a line for each alert that is not delivered. The line may contain text that an attacker sent. */
  readonly warn: Warn
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
  { sinks, causes, metrics, warn }: AlerterOptions,
  signal: AbortSignal,
): Promise<void> {
  const report = attackReportOf(value)
  if (!report || !isWanted(report, causes)) return
  const outcomes = await Promise.allSettled(sinks.map((sink) => sink.deliver(report, signal)))
  const failed = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  for (const error of failed) if (!(error instanceof AlertError)) throw error
  metrics.delivered += outcomes.length - failed.length
  for (const error of failed as AlertError[]) {
    count(error, metrics)
    warn(`alert not delivered: ${error.message} (${nameOf(report)})`)
  }
}

function count({ code }: AlertError, metrics: AlertMetrics): void {
  if (code === 'REFUSED') metrics.refused += 1
  else if (code === 'GAVE_UP') metrics.gaveUp += 1
  else metrics.commandsFailed += 1
}

function nameOf({ id, state }: AttackReport): string {
  return `${state}, ${id}`
}
