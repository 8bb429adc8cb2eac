import { groupOf } from '../../catalog/groups.ts'
import { deadLettersOf, processors } from '../../catalog/processors.ts'
import { seconds, type Timing } from './timing.ts'

/** A condition that somebody should look at. */
export interface AlertRule {
  readonly alert: string
  readonly expr: string
  /** How long the condition must hold. */
  readonly for: string
  readonly labels: { readonly severity: 'warning' | 'critical' }
  readonly annotations: { readonly summary: string; readonly description: string }
}

const GROUPS = oneOf(processors.map(groupOf))
const DEAD_LETTERS = oneOf(processors.map(({ input }) => deadLettersOf(input)))
const WRITTEN = new Set(processors.flatMap(({ outputs }) => outputs))
/** The topics that processors read and none writes: where events come from outside. */
const SOURCES = oneOf(processors.map(({ input }) => input).filter((input) => !WRITTEN.has(input)))

const VERDICT = 'playstream_consumergroup_verdict'
const END = 'kafka_topic_partition_current_offset'

/** The alerts. The lag monitor's verdicts decide about processors, so that no threshold of lag has to be chosen. */
export function alertRules({ scrape, window, patience, quiet }: Timing): readonly AlertRule[] {
  const after = (time: number) => ({ for: seconds(time) })
  const isJudged = (verdict: string) =>
    `max by (consumergroup) (${VERDICT}{verdict="${verdict}",consumergroup=~"${GROUPS}"}) == 1`
  return [
    {
      alert: 'ProcessorStalled',
      expr: isJudged('stalled'),
      ...after(patience),
      labels: { severity: 'critical' },
      annotations: {
        summary: '{{ $labels.consumergroup }} has stalled',
        description:
          'It is in its group and records wait, but it commits nothing. Look at its log and at its process; restart it: it goes on where it committed.',
      },
    },
    {
      alert: 'ProcessorStopped',
      expr: `sum by (consumergroup) (kafka_consumergroup_lag) > 0 and on (consumergroup) ${isJudged('stopped')}`,
      ...after(patience),
      labels: { severity: 'critical' },
      annotations: {
        summary: '{{ $labels.consumergroup }} is not running, and {{ $value }} offsets wait',
        description: 'No process is in its group. Start it: it goes on where it committed.',
      },
    },
    {
      alert: 'LagGrows',
      expr: isJudged('slow'),
      ...after(patience),
      labels: { severity: 'warning' },
      annotations: {
        summary: '{{ $labels.consumergroup }} is slower than its input',
        description:
          'It makes progress, and its lag grows all the same. Start more instances: they share the partitions.',
      },
    },
    {
      alert: 'DeadLettersRise',
      expr: `sum by (topic) (increase(${END}{topic=~"${DEAD_LETTERS}"}[${seconds(window)}])) > 0`,
      ...after(0),
      labels: { severity: 'warning' },
      annotations: {
        summary: 'Records arrive in {{ $labels.topic }}',
        description:
          'A processor could not process them. See them and their reasons with: playstream dlq list',
      },
    },
    {
      alert: 'NoInput',
      expr: `sum by (topic) (increase(${END}{topic=~"${SOURCES}"}[${seconds(quiet)}])) == 0 and on (topic) sum by (topic) (${END}) > 0`,
      ...after(scrape * 2),
      labels: { severity: 'warning' },
      annotations: {
        summary: `Nothing was written to {{ $labels.topic }} for ${seconds(quiet)}`,
        description: 'Its producers have stopped, or cannot reach the broker. Look at their logs.',
      },
    },
    {
      alert: 'AttackOpen',
      expr: 'max(playstream_ssh_open_attacks) > 0',
      ...after(0),
      labels: { severity: 'warning' },
      annotations: {
        summary: '{{ $value }} SSH attacks are under way',
        description: 'Who attacks whom is in the topic ssh-attacks: playstream ssh report',
      },
    },
    {
      alert: 'OrderViolated',
      expr: `increase(playstream_order_violations_total[${seconds(window)}]) > 0`,
      ...after(0),
      labels: { severity: 'critical' },
      annotations: {
        summary: 'Game events of a player arrived out of order',
        description:
          'Two producers use one player, or a producer without idempotence has sent a batch again.',
      },
    },
    {
      alert: 'ShipperBehind',
      expr: 'playstream_shipper_delay_seconds > 60',
      ...after(patience),
      labels: { severity: 'warning' },
      annotations: {
        summary: '{{ $labels.instance }} ships lines {{ $value }} s after they were written',
        description: 'The broker is slow or does not answer, or a file grows faster than it is shipped.',
      },
    },
  ]
}

/** A regular expression that matches these names and no others; names of topics and groups need no escapes but dots. */
function oneOf(names: readonly string[]): string {
  return [...new Set(names)].map((name) => name.replaceAll('.', '\\\\.')).join('|')
}
