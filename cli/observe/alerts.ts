import type { Command } from 'commander'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { AlertError } from '../../observability/alerts/alert.ts'
import { AlertMetrics } from '../../observability/alerts/delivery.ts'
import { HEALTH_LIMITS, HealthAlerter } from '../../observability/alerts/health-alerter.ts'
import type { HealthReport } from '../../observability/alerts/health-report.ts'
import { declaredGroups } from '../../observability/lag/declared-groups.ts'
import { LagMonitor } from '../../observability/lag/lag-monitor.ts'
import { addSinkOptions, deliveryOf, type SinkOptions } from '../options/alert-options.ts'
import { durationOption } from '../options/duration-option.ts'
import { group } from '../options/group.ts'
import { profileOf } from '../options/profile-option.ts'
import { EXIT } from '../terminal/exit.ts'
import { say, warn } from '../terminal/log.ts'
import { print, table } from '../terminal/output.ts'
import { printable } from '../terminal/printable.ts'
import { shutdownSignal } from '../terminal/shutdown.ts'
import { alertLine } from './alert-view.ts'
import { watchOrder } from './order-watch.ts'

const LOOK_MS = 1_000
/** A person waits for the answer of a test. */
const TEST_RETRY_MS = 10_000

interface RunOptions extends SinkOptions {
  checkOrder?: true
  openAfter: number
  noInputAfter: number
  quietFor: number
}

export function alertsCommand(program: Command): void {
  const command = group(program, 'alerts', 'alerts about processors, dead letters, input and order')
  addRun(command)
  addTest(command)
}

function addRun(parent: Command): void {
  const command = parent
    .command('run')
    .description(
      'watch a cluster until Ctrl-C and send an alert when something is wrong, and when it is over',
    )
    .option('--check-order', 'also read all game events and alert when a player’s are out of order')
    .addOption(
      durationOption(
        '--open-after <time>',
        'how long a processor must be stalled or stopped; shorter interruptions stay silent',
        HEALTH_LIMITS.openAfterMs,
      ),
    )
    .addOption(
      durationOption(
        '--no-input-after <time>',
        'how long an input topic may stay without records once it had some',
        HEALTH_LIMITS.noInputMs,
      ),
    )
    .addOption(
      durationOption(
        '--quiet-for <time>',
        'how long after the last dead letter or order violation it is over',
        HEALTH_LIMITS.quietMs,
      ),
    )
  addSinkOptions(command)
    .addHelpText(
      'after',
      `
Each alert is printed to standard output as well. A restart of this command forgets open incidents:
what is still wrong causes another alert. docs/alerts.md shows the JSON of an alert.

Examples:
  playstream alerts run
  PLAYSTREAM_ALERT_SECRET=... playstream alerts run --alert-webhook https://alerts.example.com
  playstream alerts run --check-order --alert-exec mail -- -s Playstream ops@example.com`,
    )
    .action((args: string[], options: RunOptions) => runAlerts(command, args, options))
}

function addTest(parent: Command): void {
  const command = parent
    .command('test')
    .description('send one test alert, and say what came of it; exit 1 if it was not delivered')
  addSinkOptions(command, TEST_RETRY_MS)
    .addHelpText(
      'after',
      `
Examples:
  PLAYSTREAM_ALERT_SECRET=... playstream alerts test --alert-webhook https://alerts.example.com
  playstream alerts test --alert-exec mail -- -s Playstream ops@example.com`,
    )
    .action((args: string[], options: SinkOptions) => testAlerts(command, args, options))
}

async function runAlerts(command: Command, args: readonly string[], options: RunOptions): Promise<void> {
  const delivery = deliveryOf(command, args, options, (line) => warn(printable(line)))
  const profile = profileOf(command, 'dashboard')
  const admin = await connectAdmin(profile, 'alerts')
  const order = options.checkOrder && (await watchOrder(profileOf(command, 'order-checker')))
  await admin.disconnect()
  const alerter = new HealthAlerter({
    ...(delivery ?? { sinks: [], metrics: new AlertMetrics(), warn }),
    limits: {
      ...HEALTH_LIMITS,
      openAfterMs: options.openAfter,
      noInputMs: options.noInputAfter,
      quietMs: options.quietFor,
    },
    onAlert: (report) => print(alertLine(report)),
  })
  const monitor = new LagMonitor(profile, 'alerts', declaredGroups)
  const signal = shutdownSignal(say)
  say('watching; Ctrl-C stops')
  try {
    await monitor.run(
      LOOK_MS,
      (look) => {
        if ('error' in look) warn(`the cluster does not answer: ${look.error.message}`)
        else alerter.observe(look.snapshot, order ? order.check.violations : undefined)
      },
      signal,
    )
  } finally {
    await alerter.close()
    await Promise.all([monitor.close(), order ? order.reader.close() : undefined])
  }
}

async function testAlerts(command: Command, args: readonly string[], options: SinkOptions): Promise<void> {
  const delivery = deliveryOf(command, args, options, warn)
  if (!delivery) command.error('name where to send the alert: --alert-webhook or --alert-exec')
  const report = testReport(new Date().toISOString())
  const signal = shutdownSignal(say)
  const outcomes = await Promise.all(
    delivery.sinks.map(async (sink): Promise<[string, string]> => {
      try {
        await sink.deliver(report, signal)
        return [sink.name, 'delivered']
      } catch (error) {
        if (!(error instanceof AlertError)) throw error
        process.exitCode = EXIT.failed
        return [sink.name, `NOT delivered: ${error.message}`]
      }
    }),
  )
  print(table([['to', 'outcome'], ...outcomes.map((row) => row.map(printable))]))
}

function testReport(at: string): HealthReport {
  return {
    id: `test ${at}`,
    scope: 'platform',
    state: 'open',
    kind: 'test',
    severity: 'warning',
    subject: 'playstream',
    message: 'a test of the alerts; nothing is wrong',
    first: at,
    last: at,
  }
}
