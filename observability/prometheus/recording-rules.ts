import { seconds, type Timing } from './timing.ts'

/** A query whose result Prometheus keeps under a name. */
export interface RecordingRule {
  readonly record: string
  readonly expr: string
}

const PER_PROCESSOR = {
  input_records: 'playstream_processor_input_records_total',
  output_records: 'playstream_processor_output_records_total',
  transactions_committed: 'playstream_processor_transactions_committed_total',
  transactions_aborted: 'playstream_processor_transactions_aborted_total',
  dead_letters: 'playstream_processor_dead_letters_total',
} as const

/** What dashboards and alerts ask for again and again. */
export function recordingRules({ window }: Timing): readonly RecordingRule[] {
  const range = seconds(window)
  return [
    {
      record: 'consumergroup:kafka_consumergroup_lag:sum',
      expr: 'sum by (consumergroup) (kafka_consumergroup_lag)',
    },
    {
      record: 'topic:kafka_topic_partition_current_offset:rate',
      expr: `sum by (topic) (rate(kafka_topic_partition_current_offset[${range}]))`,
    },
    {
      record: 'consumergroup:kafka_consumergroup_current_offset:rate',
      expr: `sum by (consumergroup) (rate(kafka_consumergroup_current_offset[${range}]))`,
    },
    ...Object.entries(PER_PROCESSOR).map(([name, metric]) => ({
      record: `processor:playstream_processor_${name}:rate`,
      expr: `sum by (processor) (rate(${metric}[${range}]))`,
    })),
    ...['commit_duration', 'added_latency'].map((name) => ({
      record: `processor:playstream_processor_${name}_seconds:p99`,
      expr: `histogram_quantile(0.99, sum by (processor, le) (rate(playstream_processor_${name}_seconds_bucket[${range}])))`,
    })),
  ]
}
