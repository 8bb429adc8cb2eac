import { by, curve, type Dashboard, figure } from './panel.ts'

/** Consumer groups and topics, as the broker has them. */
export const clusterLag: Dashboard = {
  uid: 'cluster-lag',
  title: 'cluster and lag',
  panels: [
    figure('Records that wait', 'short', 'sum(consumergroup:kafka_consumergroup_lag:sum)'),
    figure('Groups without a member', 'short', 'count(kafka_consumergroup_members == 0)'),
    figure(
      'Groups that are not well',
      'short',
      'sum(playstream_consumergroup_verdict{verdict=~"slow|stalled|stopped|rewound"})',
    ),
    figure('Age of these figures', 's', 'time() - playstream_cluster_snapshot_timestamp_seconds'),
    curve('Lag', 'short', by('{{consumergroup}}', 'consumergroup:kafka_consumergroup_lag:sum')),
    curve(
      'Age of the oldest unprocessed record',
      's',
      by('{{group}}', 'kafka_consumergroup_group_max_lag_seconds'),
    ),
    curve(
      'Offsets written per second',
      'ops',
      by('{{topic}}', 'topic:kafka_topic_partition_current_offset:rate'),
    ),
    curve(
      'Offsets processed per second',
      'ops',
      by('{{consumergroup}}', 'consumergroup:kafka_consumergroup_current_offset:rate'),
    ),
    curve(
      'Age of the events processed',
      's',
      by('{{consumergroup}}', 'playstream_consumergroup_event_age_seconds'),
    ),
    curve('Members', 'short', by('{{consumergroup}}', 'kafka_consumergroup_members')),
  ],
}
