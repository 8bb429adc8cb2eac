import { by, curve, type Dashboard, figure } from './panel.ts'

/** The processes themselves. */
export const processes: Dashboard = {
  uid: 'processes',
  title: 'processes',
  panels: [
    figure('Processes up', 'short', 'sum(up{job=~"playstream-.*"})'),
    figure('Processes ready', 'short', 'sum(playstream_ready)'),
    figure('Aborted transactions', 'short', 'sum(playstream_processor_transactions_aborted_total)'),
    figure('Restores', 'short', 'sum(playstream_processor_restores_total)'),
    curve(
      'Processor time',
      'percentunit',
      by('{{job}}', 'rate(process_cpu_seconds_total[$__rate_interval])'),
    ),
    curve('Memory', 'bytes', by('{{job}}', 'process_resident_memory_bytes')),
    curve('Delay of the event loop, 99 %', 's', by('{{job}}', 'nodejs_eventloop_lag_p99_seconds')),
    curve(
      'Garbage collection',
      'percentunit',
      by('{{job}}', 'sum by (job) (rate(nodejs_gc_duration_seconds_sum[$__rate_interval]))'),
    ),
    curve('Assigned partitions', 'short', by('{{processor}} of {{job}}', 'playstream_processor_partitions')),
    curve(
      'Records per second',
      'ops',
      by('{{processor}} in', 'processor:playstream_processor_input_records:rate'),
      by('{{processor}} out', 'processor:playstream_processor_output_records:rate'),
    ),
  ],
}
