import { ALERT_GROUP } from '../../catalog/groups.ts'
import { topic } from '../../catalog/topics.ts'
import { Subscriber } from '../../kafka/clients/subscriber.ts'
import type { Warn } from '../../kafka/kafkajs/kafkajs-client.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { type AttackReport, attackReportOf } from '../ssh/attacks/attack-report.ts'
import { type AlertCause, AlertError, type AlertSink, isWanted } from './alert.ts'

/** What became of alerts, counted for each sink. Counts are since the start. */
export class AlertMetrics {
  delivered = 0
  /** Repetitions: of one alert there may be several. */
  retries = 0
  /** Answered with a no, as by a 4xx. */
  refused = 0
  /** Given up after the patience. */
  gaveUp = 0
  /** Commands that could not be started, ended with another code than 0, or took too long. */
  commandsFailed = 0

  get undelivered(): number {
    return this.refused + this.gaveUp + this.commandsFailed
  }
}

export interface AlerterOptions {
  readonly sinks: readonly AlertSink[]
  readonly causes: readonly AlertCause[]
  readonly metrics: AlertMetrics
  /** Told of each alert that is not delivered. The line may hold what others sent. */
  readonly warn: Warn
}

/**
 * Joins those who act on the attacks of `ssh-attacks`; what it returns begins to when it is run. The first time ever, with
 * those that are committed from now on; later, with the first that nobody has acted on. Each is acted on once, unless the
 * process ends, or another joins, between the act and the commit of its offset: then twice, with the same idempotency key.
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
 * Tells all sinks, at the same time, of a value of `ssh-attacks`, if it is wanted. Returns when each was told or failed for
 * good, which is said and counted; throws the signal's reason where it is not settled yet.
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
