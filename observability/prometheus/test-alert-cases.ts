/** What metrics look like under a fault, in promtool's notation: one value each 15 s. */
export interface AlertCase {
  readonly name: string
  readonly series: Readonly<Record<string, string>>
  /** How long it lasts. */
  readonly after: string
  /** The one alert that fires then; undefined for none. */
  readonly alert?: string
  /** The labels of the alert, and `value` where its text has it. */
  readonly labels?: Readonly<Record<string, string>>
}

const verdict = (name: string) =>
  `playstream_consumergroup_verdict{consumergroup="player-state",verdict="${name}"}`
const lag = 'kafka_consumergroup_lag{consumergroup="player-state",topic="game-events",partition="0"}'
const end = (topic: string) => `kafka_topic_partition_current_offset{topic="${topic}",partition="0"}`
const group = { consumergroup: 'player-state' }

export const ALERT_CASES: readonly AlertCase[] = [
  {
    name: 'a stalled processor',
    series: { [verdict('stalled')]: '1x40' },
    after: '5m',
    alert: 'ProcessorStalled',
    labels: group,
  },
  {
    name: 'a processor that was stalled for a moment, in a rebalance',
    series: { [verdict('stalled')]: '0x5 1x6 0x30', [verdict('stopped')]: '0x5 1x3 0x30', [lag]: '5x50' },
    after: '2m45s',
  },
  {
    name: 'a stopped processor',
    series: { [verdict('stopped')]: '1x40', [lag]: '7x40' },
    after: '5m',
    alert: 'ProcessorStopped',
    labels: { ...group, value: '7' },
  },
  {
    name: 'a stopped processor without work',
    series: { [verdict('stopped')]: '1x40', [lag]: '0x40' },
    after: '5m',
  },
  {
    name: 'a stopped group that the catalog does not declare',
    series: {
      'playstream_consumergroup_verdict{consumergroup="foreign",verdict="stopped"}': '1x40',
      'kafka_consumergroup_lag{consumergroup="foreign",topic="game-events",partition="0"}': '7x40',
    },
    after: '5m',
  },
  {
    name: 'a lag that grows',
    series: { [verdict('slow')]: '1x40' },
    after: '5m',
    alert: 'LagGrows',
    labels: group,
  },
  {
    name: 'dead letters that rise',
    series: { [end('transactions-dlq')]: '0x10 2+2x10' },
    after: '4m',
    alert: 'DeadLettersRise',
    labels: { topic: 'transactions-dlq' },
  },
  { name: 'dead letters of yesterday', series: { [end('transactions-dlq')]: '9x40' }, after: '5m' },
  {
    name: 'a source without input',
    series: { [end('game-events')]: '0+100x20 2000x60' },
    after: '15m',
    alert: 'NoInput',
    labels: { topic: 'game-events' },
  },
  { name: 'a source that was never written', series: { [end('game-events')]: '0x80' }, after: '15m' },
  { name: 'a source with input', series: { [end('game-events')]: '0+1x80' }, after: '15m' },
  { name: 'a quiet topic that a processor writes', series: { [end('ssh-events')]: '5x80' }, after: '15m' },
  {
    name: 'an open attack',
    series: {
      'playstream_ssh_open_attacks{job="a"}': '0x5 2x10',
      'playstream_ssh_open_attacks{job="b"}': '0x15',
    },
    after: '3m',
    alert: 'AttackOpen',
    labels: { value: '2' },
  },
  { name: 'an attack that is over', series: { playstream_ssh_open_attacks: '2x5 0x20' }, after: '4m' },
  {
    name: 'an order violation',
    series: { playstream_order_violations_total: '0x5 1x20' },
    after: '2m',
    alert: 'OrderViolated',
  },
  {
    name: 'a shipper that is behind',
    series: { 'playstream_shipper_delay_seconds{instance="localhost:9405"}': '90x40' },
    after: '5m',
    alert: 'ShipperBehind',
    labels: { instance: 'localhost:9405', value: '90' },
  },
]
