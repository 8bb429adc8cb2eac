import type { Registry } from 'prom-client'
import type { ShipMetrics } from '../ship/metrics.ts'
import { pullCounter, pullGauge } from './pulled.ts'

/** What a log shipper has done and has to do. */
export function registerShipperMetrics(registry: Registry, metrics: () => ShipMetrics): void {
  const count = (name: string, help: string, value: (metrics: ShipMetrics) => number) =>
    pullCounter(registry, { name: `playstream_shipper_${name}_total`, help }, () => [[{}, value(metrics())]])
  const gauge = (name: string, help: string, value: (metrics: ShipMetrics) => number) =>
    pullGauge(registry, { name: `playstream_shipper_${name}`, help }, () => [[{}, value(metrics())]])
  count('lines_read', 'Lines read, empty lines too.', ({ lines }) => lines)
  count('lines_shipped', 'Lines that the broker acknowledged.', ({ shipped }) => shipped)
  count('shipped_bytes', 'Bytes of log text whose lines are acknowledged.', ({ bytes }) => bytes)
  count('batches', 'Batches that the broker acknowledged.', ({ batches }) => batches)
  count('batches_refused', 'Batches that the broker refused for good.', (one) => one.batchesRefused)
  count('retries', 'Requests that failed and were sent again.', ({ retries }) => retries)
  gauge('unshipped_bytes', 'Bytes in all followed files that are not acknowledged.', ({ lag }) => lag)
  gauge(
    'delay_seconds',
    'The age of the oldest whole line that is not acknowledged; 0 if there is none.',
    ({ delaySeconds }) => delaySeconds,
  )
  pullCounter(
    registry,
    {
      name: 'playstream_shipper_odd_lines_total',
      help: 'Lines that are not as they should be, by reason. All but empty lines are shipped.',
      labelNames: ['reason'],
    },
    () => {
      const { cut, partial, empty, unreadable, invalidUtf8, withNul } = metrics()
      const reasons = { cut, partial, empty, unreadable, invalid_utf8: invalidUtf8, nul: withNul }
      return Object.entries(reasons).map(([reason, lines]) => [{ reason }, lines])
    },
  )
  pullGauge(
    registry,
    {
      name: 'playstream_shipper_files',
      help: 'Files by state: followed, left out because they are not text, damaged, or failing to be read.',
      labelNames: ['state'],
    },
    () => {
      const { files, leftOut, damaged, failing } = metrics()
      const states = { followed: files, left_out: leftOut, damaged, failing }
      return Object.entries(states).map(([state, number]) => [{ state }, number])
    },
  )
}
