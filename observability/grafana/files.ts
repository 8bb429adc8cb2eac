import { clusterLag } from './cluster-lag.ts'
import { deduplication } from './deduplication.ts'
import { game } from './game.ts'
import { logsAndSsh } from './logs-and-ssh.ts'
import { grafanaDashboard } from './panel.ts'
import { processes } from './processes.ts'

export const dashboards = [clusterLag, deduplication, game, logsAndSsh, processes]

/** The files of a Grafana server, by path: dashboards in JSON, provisioning in YAML. */
export function grafanaFiles(): Readonly<Record<string, unknown>> {
  return {
    'provisioning/datasources/prometheus.yaml': {
      apiVersion: 1,
      datasources: [
        {
          name: 'Prometheus',
          uid: 'prometheus',
          type: 'prometheus',
          access: 'proxy',
          url: 'http://localhost:9090',
          isDefault: true,
        },
      ],
    },
    'provisioning/dashboards/playstream.yaml': {
      apiVersion: 1,
      providers: [
        {
          name: 'playstream',
          folder: 'Playstream',
          type: 'file',
          options: { path: '/etc/grafana/dashboards' },
        },
      ],
    },
    ...Object.fromEntries(
      dashboards.map((dashboard) => [`dashboards/${dashboard.uid}.json`, grafanaDashboard(dashboard)]),
    ),
  }
}
