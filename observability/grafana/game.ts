import { processorNamed } from '../../catalog/processors.ts'
import { by, curve, type Dashboard, figure } from './panel.ts'

const { input } = processorNamed('player-state')
const PLAYERS = 'processor="player-state"'

/** Game events, their order, and the players' states. */
export const game: Dashboard = {
  uid: 'game',
  title: 'game',
  panels: [
    figure('Players', 'short', `sum(playstream_processor_store_entries{${PLAYERS}})`),
    figure('Order violations', 'short', 'sum(playstream_order_violations_total)'),
    figure('Missing events', 'short', 'sum(playstream_order_missing_events_total)'),
    figure('Undecodable events', 'short', 'sum(playstream_order_undecodable_events_total)'),
    curve(
      'Events per second',
      'ops',
      by(
        'sent',
        `sum(rate(playstream_producer_records_acknowledged_total{topic="${input}"}[$__rate_interval]))`,
      ),
      by('processed', `sum(rate(playstream_processor_input_records_total{${PLAYERS}}[$__rate_interval]))`),
      by('checked', 'sum(rate(playstream_order_checked_events_total[$__rate_interval]))'),
    ),
    curve(
      'Bytes per second',
      'Bps',
      by('in', `sum(rate(playstream_processor_input_bytes_total{${PLAYERS}}[$__rate_interval]))`),
      by('out', `sum(rate(playstream_processor_output_bytes_total{${PLAYERS}}[$__rate_interval]))`),
    ),
    curve(
      'Failures of producers per second',
      'ops',
      by('{{topic}}', 'sum by (topic) (rate(playstream_producer_failures_total[$__rate_interval]))'),
    ),
  ],
}
