import type { Warn } from '../../kafka/kafkajs/kafkajs-client.ts'
import { type Alert, AlertError, type AlertSink } from './alert.ts'

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

export interface DeliveryOptions {
  readonly sinks: readonly AlertSink[]
  readonly metrics: AlertMetrics
  /** Receives a line for each alert that is not delivered. The line may contain text that an attacker sent. */
  readonly warn: Warn
}

/**
 * Delivers an alert to all sinks in parallel. Resolves when every sink has delivered it or failed for good; failures are
 * counted and logged. Throws the signal's reason if aborted before that.
 */
export async function deliver(
  alert: Alert,
  { sinks, metrics, warn }: DeliveryOptions,
  signal: AbortSignal,
): Promise<void> {
  const outcomes = await Promise.allSettled(sinks.map((sink) => sink.deliver(alert, signal)))
  const failed = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []))
  for (const error of failed) if (!(error instanceof AlertError)) throw error
  metrics.delivered += outcomes.length - failed.length
  for (const error of failed as AlertError[]) {
    count(error, metrics)
    warn(`alert not delivered: ${error.message} (${alert.state}, ${alert.id})`)
  }
}

function count({ code }: AlertError, metrics: AlertMetrics): void {
  if (code === 'REFUSED') metrics.refused += 1
  else if (code === 'GAVE_UP') metrics.gaveUp += 1
  else metrics.commandsFailed += 1
}
