import { expect, test } from 'vitest'
import type { LagSnapshot } from '../lag/lag.ts'
import { registerClusterMetrics } from './cluster-metrics.ts'
import { MetricsRegistry } from './exposition.ts'
import { parseExposition } from './test-scrape.ts'

const SNAPSHOT: LagSnapshot = {
  at: 1_000,
  groups: [
    {
      group: 'player-state',
      isDeclared: true,
      state: 'Stable',
      members: 2,
      verdict: 'ok',
      lag: 5,
      backlogAgeMs: 1_500,
      eventAgeMs: undefined,
      consumedPerSecond: undefined,
      producedPerSecond: undefined,
      catchUpMs: undefined,
      partitions: [
        {
          topic: 'game-events',
          partition: 0,
          committed: 10,
          start: 2,
          end: 15,
          lag: 5,
          backlogAgeMs: 1_500,
          verdict: 'ok',
        },
      ],
    },
  ],
  topics: [
    { topic: 'game-events', partitions: [{ start: 2, stable: 15, highWatermark: 16 }], producedPerSecond: 1 },
  ],
}

async function scraped(snapshot: LagSnapshot | undefined) {
  const metrics = new MetricsRegistry()
  registerClusterMetrics(metrics.registry, 'local', () => snapshot)
  return parseExposition((await metrics.scrape(undefined)).text)
}

/** As the panels of kafka_exporter's dashboards (Grafana 7589) and lag exporter's ask, with the labels that they filter by. */
test.each([
  ['kafka_consumergroup_lag', { consumergroup: 'player-state', topic: 'game-events', partition: '0' }, 5],
  ['kafka_consumergroup_lag_sum', { consumergroup: 'player-state', topic: 'game-events' }, 5],
  [
    'kafka_consumergroup_current_offset',
    { consumergroup: 'player-state', topic: 'game-events', partition: '0' },
    10,
  ],
  ['kafka_consumergroup_current_offset_sum', { consumergroup: 'player-state', topic: 'game-events' }, 10],
  ['kafka_consumergroup_members', { consumergroup: 'player-state' }, 2],
  ['kafka_topic_partition_current_offset', { topic: 'game-events', partition: '0' }, 16],
  ['kafka_topic_partition_oldest_offset', { topic: 'game-events', partition: '0' }, 2],
  ['kafka_topic_partitions', { topic: 'game-events' }, 1],
  [
    'kafka_consumergroup_group_lag_seconds',
    { cluster_name: 'local', group: 'player-state', topic: 'game-events', partition: '0' },
    1.5,
  ],
])('a foreign dashboard finds %s with its labels', async (name, labels, value) => {
  expect((await scraped(SNAPSHOT)).get(name)).toEqual([[labels, value]])
})

test('before the first answer of the cluster no sample is made up', async () => {
  expect([...(await scraped(undefined)).keys()]).toEqual([])
})
