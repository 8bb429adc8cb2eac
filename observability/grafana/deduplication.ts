import { topic } from '../../catalog/topics.ts'
import { by, curve, type Dashboard, figure } from './panel.ts'

const PROCESSOR = 'processor="transactions-dedup"'
const rate = (metric: string, labels = '') =>
  `sum(rate(${metric}${labels && `{${labels}}`}[$__rate_interval]))`

/** What becomes of transactions. */
export const deduplication: Dashboard = {
  uid: 'deduplication',
  title: 'de-duplication',
  panels: [
    figure('Ids held', 'short', `sum(playstream_processor_store_entries{${PROCESSOR}})`),
    figure('Memory of the ids', 'bytes', `sum(playstream_processor_store_bytes{${PROCESSOR}})`),
    figure('Duplicates since the start', 'short', `sum(playstream_duplicates_total{${PROCESSOR}})`),
    figure(
      'Fenced transactions',
      'short',
      `sum(playstream_processor_transactions_fenced_total{${PROCESSOR}})`,
    ),
    curve(
      'Transactions per second',
      'ops',
      by('in', rate('playstream_processor_input_records_total', 'processor="transactions-rekey"')),
      by(
        'unique',
        rate(
          'playstream_processor_output_records_total',
          `${PROCESSOR},topic="${topic('transactions-unique').name}"`,
        ),
      ),
      by('duplicates', rate('playstream_duplicates_total', PROCESSOR)),
    ),
    curve(
      'Dead letters per second',
      'ops',
      by(
        '{{processor}}: {{reason}}',
        'sum by (processor, reason) (rate(playstream_processor_dead_letters_total{processor=~"transactions-.*"}[$__rate_interval]))',
      ),
    ),
    curve(
      'Time of a transaction, 99 %',
      's',
      by('{{processor}}', 'processor:playstream_processor_commit_duration_seconds:p99'),
    ),
    curve(
      'Added latency, 99 %',
      's',
      by('{{processor}}', 'processor:playstream_processor_added_latency_seconds:p99'),
    ),
  ],
}
