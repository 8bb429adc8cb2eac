import type { Registry } from 'prom-client'
import type { AlertMetrics } from '../alerts/delivery.ts'
import { FAILURE } from '../ssh/attacks/classify-processor.ts'
import type { DetectorMetrics } from '../ssh/attacks/detector.ts'
import type { AttackWatch } from '../ssh/report/attack-watch.ts'
import { pullCounter, pullGauge } from './pulled.ts'

export interface Detector {
  readonly metrics: Pick<DetectorMetrics, 'classify'>
  readonly watch: Pick<AttackWatch, 'open' | 'opened' | 'closed' | 'critical'>
  /** Undefined if no alerts are sent. */
  readonly alerts?: AlertMetrics
}

/** What the attack detector found. Which addresses and users: see the topic of attacks, not a label. */
export function registerDetectorMetrics(registry: Registry, { metrics, watch, alerts }: Detector): void {
  const count = (name: string, help: string, value: () => number) =>
    pullCounter(registry, { name: `playstream_ssh_${name}_total`, help }, () => [[{}, value()]])
  count(
    'failures',
    'Failed logins in the log lines that this process classified.',
    () => metrics.classify.counters.get(FAILURE) ?? 0,
  )
  count('attacks_opened', 'Attacks that opened, by any detector of the group.', () => watch.opened)
  count('attacks_closed', 'Attacks that ended, by any detector of the group.', () => watch.closed)
  count('attacks_critical', 'Attacks with a successful login.', () => watch.critical)
  pullGauge(
    registry,
    {
      name: 'playstream_ssh_open_attacks',
      help: 'Open attacks, among those that opened or grew since the start.',
    },
    () => [[{}, watch.open]],
  )
  if (alerts) registerAlertMetrics(registry, alerts)
}

function registerAlertMetrics(registry: Registry, alerts: AlertMetrics): void {
  pullCounter(
    registry,
    {
      name: 'playstream_alerts_total',
      help: 'Alerts by what became of them.',
      labelNames: ['outcome'],
    },
    () => {
      const { delivered, refused, gaveUp, commandsFailed } = alerts
      const outcomes = { delivered, refused, gave_up: gaveUp, command_failed: commandsFailed }
      return Object.entries(outcomes).map(([outcome, number]) => [{ outcome }, number])
    },
  )
  pullCounter(
    registry,
    { name: 'playstream_alert_retries_total', help: 'Deliveries of alerts that were tried again.' },
    () => [[{}, alerts.retries]],
  )
}
