import { by, curve, type Dashboard, figure } from './panel.ts'

/** Log files on their way to the topic, and what the attack detector finds in them. */
export const logsAndSsh: Dashboard = {
  uid: 'logs-and-ssh',
  title: 'logs and SSH',
  panels: [
    figure('Open attacks', 'short', 'max(playstream_ssh_open_attacks)'),
    figure('Critical attacks', 'short', 'max(playstream_ssh_attacks_critical_total)'),
    figure('Delay of the shipper', 's', 'max(playstream_shipper_delay_seconds)'),
    figure('Bytes not shipped', 'bytes', 'sum(playstream_shipper_unshipped_bytes)'),
    curve(
      'Lines per second',
      'ops',
      by('read', 'sum(rate(playstream_shipper_lines_read_total[$__rate_interval]))'),
      by('shipped', 'sum(rate(playstream_shipper_lines_shipped_total[$__rate_interval]))'),
    ),
    curve(
      'Odd lines per second',
      'ops',
      by('{{reason}}', 'sum by (reason) (rate(playstream_shipper_odd_lines_total[$__rate_interval]))'),
    ),
    curve('Files', 'short', by('{{state}}', 'sum by (state) (playstream_shipper_files)')),
    curve(
      'Failed logins per second',
      'ops',
      by('failures', 'sum(rate(playstream_ssh_failures_total[$__rate_interval]))'),
    ),
    curve(
      'Attacks',
      'short',
      by('opened', 'max(playstream_ssh_attacks_opened_total)'),
      by('closed', 'max(playstream_ssh_attacks_closed_total)'),
    ),
    curve('Alerts', 'short', by('{{outcome}}', 'sum by (outcome) (playstream_alerts_total)')),
  ],
}
