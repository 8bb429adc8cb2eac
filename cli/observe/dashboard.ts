import type { Command } from 'commander'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { HealthAlerter } from '../../observability/alerts/health-alerter.ts'
import { type Dashboard, startDashboard } from '../../observability/dashboard/dashboard.ts'
import { addSinkOptions, deliveryOf, type SinkOptions } from '../options/alert-options.ts'
import { addMetricsOptions, type MetricsOptions, metricsAddressOf } from '../options/metrics-options.ts'
import { addPageOptions, type PageOptions, pageAccess } from '../options/page-options.ts'
import { profileOf } from '../options/profile-option.ts'
import { metricsOfProcess, whileServing } from '../options/serve-metrics.ts'
import { say, warn } from '../terminal/log.ts'
import { print } from '../terminal/output.ts'
import { printable } from '../terminal/printable.ts'
import { shutdownSignal } from '../terminal/shutdown.ts'

type Options = PageOptions & MetricsOptions & SinkOptions

export function dashboardCommand(program: Command): void {
  const command = program
    .command('dashboard')
    .description('serve the live page of a cluster until Ctrl-C; it only reads')
  addMetricsOptions(addPageOptions(command))
  addSinkOptions(command)
    .addHelpText(
      'after',
      `
The page's address serves /metrics too. --metrics-port serves it without the page's access rules,
for a Prometheus that has no token.

With --alert-webhook or --alert-exec it sends alerts about processors, dead letters and input, as
playstream alerts run does.

Examples:
  playstream dashboard
  playstream --profile cloud dashboard --port 0
  playstream dashboard --host 0.0.0.0 --auth-token "$TOKEN"     open it once with ?token=...`,
    )
    .action((args: string[], options: Options) => dashboard(command, args, options))
}

async function dashboard(command: Command, args: readonly string[], options: Options): Promise<void> {
  const delivery = deliveryOf(command, args, options, (line) => warn(printable(line)))
  const alerter = delivery && new HealthAlerter(delivery)
  const profile = profileOf(command, 'dashboard')
  const admin = await connectAdmin(profile, 'dashboard')
  await admin.disconnect()
  const signal = shutdownSignal(say)
  let running: Dashboard | undefined
  const notReady = () => (running ? running.notReady() : 'the dashboard is starting')
  const metrics = metricsOfProcess(notReady)
  await whileServing(metricsAddressOf(command, options), { metrics, notReady }, async () => {
    running = await startDashboard(profile, {
      ...pageAccess(options),
      warn: say,
      metrics,
      ...(alerter && { onSnapshot: (snapshot) => alerter.observe(snapshot) }),
    })
    print(running.url)
    const stopped = new Promise<void>((resolve) =>
      signal.addEventListener('abort', () => resolve(), { once: true }),
    )
    try {
      await Promise.race([stopped, running.failed])
    } finally {
      await running.close()
      await alerter?.close()
    }
  })
}
