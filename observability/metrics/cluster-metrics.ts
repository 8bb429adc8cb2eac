import type { Registry } from 'prom-client'
import type { GroupLag, LagSnapshot } from '../lag/lag.ts'
import { VERDICTS } from '../lag/verdict.ts'
import { pullGauge } from './pulled.ts'

/** How many groups that the catalog does not declare are exported; names of groups are anybody's choice. */
const MOST_FOREIGN_GROUPS = 200
/** The groups of our own readers, which live as long as a look: each has a random name. */
const READER = /-reader-[0-9a-f-]{36}$/

type Labels = Record<string, string>
type Samples = readonly (readonly [labels: Labels, value: number])[]

/**
 * Offsets, lag and verdicts of a cluster, under the names that dashboards of the field ask for: those of kafka_exporter
 * (danielqsj) and of kafka-lag-exporter, and `playstream_*` for what neither has. What is not known has no sample. A
 * stopped group's samples stay.
 * @param latest the latest snapshot; undefined before the first
 */
export function registerClusterMetrics(
  registry: Registry,
  cluster: string,
  latest: () => LagSnapshot | undefined,
): void {
  const add = (
    name: string,
    help: string,
    labelNames: readonly string[],
    samples: (snapshot: LagSnapshot) => Samples,
  ) =>
    pullGauge(registry, { name, help, labelNames }, () => {
      const snapshot = latest()
      return snapshot ? samples(snapshot) : []
    })
  const ofPartition = ['consumergroup', 'topic', 'partition']
  add(
    'kafka_consumergroup_lag',
    'Offsets from the committed one to the last stable one.',
    ofPartition,
    (snapshot) => perPartition(snapshot, ({ lag }) => lag),
  )
  add('kafka_consumergroup_current_offset', 'The committed offset.', ofPartition, (snapshot) =>
    perPartition(snapshot, ({ committed }) => committed),
  )
  add(
    'kafka_consumergroup_lag_sum',
    'The lag of all partitions of a topic.',
    ['consumergroup', 'topic'],
    (snapshot) => perTopic(snapshot, ({ lag }) => lag),
  )
  add(
    'kafka_consumergroup_current_offset_sum',
    'The sum of the committed offsets of all partitions of a topic.',
    ['consumergroup', 'topic'],
    (snapshot) => perTopic(snapshot, ({ committed }) => committed ?? 0),
  )
  add('kafka_consumergroup_members', 'The members of a group.', ['consumergroup'], (snapshot) =>
    perGroup(snapshot, ({ members }) => members),
  )
  const ofLagExporter = ['cluster_name', 'group', 'topic', 'partition']
  add(
    'kafka_consumergroup_group_lag_seconds',
    'How long the oldest unprocessed record of a partition has waited.',
    ofLagExporter,
    ({ groups }) =>
      exported(groups).flatMap(({ group, partitions }) =>
        partitions.flatMap(({ topic, partition, backlogAgeMs }) =>
          backlogAgeMs === undefined
            ? []
            : [
                [
                  { cluster_name: cluster, group, topic, partition: String(partition) },
                  backlogAgeMs / 1000,
                ] as const,
              ],
        ),
      ),
  )
  add(
    'kafka_consumergroup_group_max_lag_seconds',
    'How long the oldest unprocessed record of a group has waited.',
    ['cluster_name', 'group'],
    ({ groups }) =>
      exported(groups).flatMap(({ group, backlogAgeMs }) =>
        backlogAgeMs === undefined ? [] : [[{ cluster_name: cluster, group }, backlogAgeMs / 1000] as const],
      ),
  )
  const ofTopic = ['topic', 'partition']
  add(
    'kafka_topic_partition_current_offset',
    'The end of a partition: its high watermark.',
    ofTopic,
    (snapshot) => perTopicPartition(snapshot, ({ highWatermark }) => highWatermark),
  )
  add('kafka_topic_partition_oldest_offset', 'The first offset of a partition.', ofTopic, (snapshot) =>
    perTopicPartition(snapshot, ({ start }) => start),
  )
  add(
    'playstream_topic_partition_stable_offset',
    'The last stable offset of a partition: how far a read_committed consumer can read.',
    ofTopic,
    (snapshot) => perTopicPartition(snapshot, ({ stable }) => stable),
  )
  add('kafka_topic_partitions', 'The partitions of a topic.', ['topic'], ({ topics }) =>
    topics.map(({ topic, partitions }) => [{ topic }, partitions.length] as const),
  )
  add(
    'playstream_consumergroup_verdict',
    `1 for the present verdict of a declared group (${VERDICTS.join(', ')}), 0 for the others.`,
    ['consumergroup', 'verdict'],
    ({ groups }) =>
      groups
        .filter(({ isDeclared }) => isDeclared)
        .flatMap(({ group, verdict }) =>
          VERDICTS.map((one) => [{ consumergroup: group, verdict: one }, one === verdict ? 1 : 0] as const),
        ),
  )
  add(
    'playstream_consumergroup_event_age_seconds',
    'How long ago the events that a group processed last happened, by their own time.',
    ['consumergroup'],
    (snapshot) =>
      perGroup(snapshot, ({ eventAgeMs }) => (eventAgeMs === undefined ? undefined : eventAgeMs / 1000)),
  )
  add(
    'playstream_cluster_snapshot_timestamp_seconds',
    'When the cluster was asked for the offsets that the other metrics show.',
    [],
    ({ at }) => [[{}, at / 1000]],
  )
}

/** The groups to export: the declared ones, and a bounded number of others without our own short-lived readers. */
function exported(groups: readonly GroupLag[]): readonly GroupLag[] {
  const foreign = groups.filter(({ group, isDeclared }) => !isDeclared && !READER.test(group))
  return [...groups.filter(({ isDeclared }) => isDeclared), ...foreign.slice(0, MOST_FOREIGN_GROUPS)]
}

function perGroup({ groups }: LagSnapshot, value: (group: GroupLag) => number | undefined): Samples {
  return exported(groups).flatMap((group) => {
    const known = value(group)
    return known === undefined ? [] : [[{ consumergroup: group.group }, known] as const]
  })
}

function perPartition(
  { groups }: LagSnapshot,
  value: (partition: GroupLag['partitions'][number]) => number | undefined,
): Samples {
  return exported(groups).flatMap(({ group, partitions }) =>
    partitions.flatMap((one) => {
      const known = value(one)
      const labels = { consumergroup: group, topic: one.topic, partition: String(one.partition) }
      return known === undefined ? [] : [[labels, known] as const]
    }),
  )
}

function perTopic(
  { groups }: LagSnapshot,
  value: (partition: GroupLag['partitions'][number]) => number,
): Samples {
  return exported(groups).flatMap(({ group, partitions }) =>
    [...Map.groupBy(partitions, ({ topic }) => topic)].map(
      ([topic, ofTopic]) =>
        [{ consumergroup: group, topic }, ofTopic.reduce((sum, one) => sum + value(one), 0)] as const,
    ),
  )
}

function perTopicPartition(
  { topics }: LagSnapshot,
  value: (ends: LagSnapshot['topics'][number]['partitions'][number]) => number,
): Samples {
  return topics.flatMap(({ topic, partitions }) =>
    partitions.map((ends, partition) => [{ topic, partition: String(partition) }, value(ends)] as const),
  )
}
