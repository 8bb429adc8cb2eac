import type { Command } from 'commander'
import type { Registry } from 'prom-client'
import { processorNamed } from '../../catalog/processors.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { requireTopics } from '../../kafka/provision/topic-admin.ts'
import type { AlertMetrics } from '../../observability/alerts/delivery.ts'
import { runDetection } from '../../observability/detection.ts'
import { registerDetectorMetrics } from '../../observability/metrics/detector-metrics.ts'
import {
  processorsNotReady,
  registerProcessorMetrics,
} from '../../observability/metrics/processor-metrics.ts'
import {
  DETECTOR_RULES,
  type DetectorMetrics,
  detectorMetrics,
  processorsOf,
} from '../../observability/ssh/attacks/detector.ts'
import { AttackWatch } from '../../observability/ssh/report/attack-watch.ts'
import { MODES, type Mode } from '../../observability/ssh/rules/mode.ts'
import type { ProcessorMetrics } from '../../streams/runtime/metrics.ts'
import { ALERT_HELP, type AlertOptions, addAlertOptions, alertsOf } from '../options/alert-options.ts'
import { positiveInteger } from '../options/arguments.ts'
import { choice } from '../options/choice.ts'
import { durationOption } from '../options/duration-option.ts'
import { addLogOption } from '../options/log-option.ts'
import { addMetricsOptions, METRICS_HELP, type MetricsOptions } from '../options/metrics-options.ts'
import { profileOf } from '../options/profile-option.ts'
import { whileServingMetrics } from '../options/serve-metrics.ts'
import {
  addStreamOptions,
  processorMetrics,
  type StreamOptions,
  streamOptions,
} from '../options/stream-options.ts'
import { say, warn } from '../terminal/log.ts'
import { grouped, printJson } from '../terminal/output.ts'
import { printable } from '../terminal/printable.ts'
import { shutdownSignal } from '../terminal/shutdown.ts'
import { attackLine } from './ssh-attack-view.ts'

const APPLICATION = 'attack-detector'
const PROCESSORS = ['ssh-classify', 'ssh-attacks-by-address', 'ssh-attacks-by-host'] as const
const LINE_MS = 5_000
/** How long to wait at the end for the attacks of the last transactions. */
const CATCH_UP_MS = 5_000

interface Options extends StreamOptions, AlertOptions, MetricsOptions {
  mode: Mode
  window: number
  maxFailures: number
  maxFailuresByHost: number
}

export function sshDetectCommand(parent: Command): void {
  const command = parent
    .command('detect')
    .description('detect SSH attacks in the topic logs until Ctrl-C; several instances share the work')
    .option(
      '--mode <mode>',
      `what counts as a failure, from narrow to wide: ${MODES.join(', ')}`,
      choice(...MODES),
      DETECTOR_RULES.mode,
    )
    .addOption(
      durationOption(
        '--window <time>',
        'the period within which failures belong to one attack, in event time',
        DETECTOR_RULES.windowMs,
      ),
    )
    .option(
      '--max-failures <n>',
      'failed attempts from one address within the window that make an attack',
      positiveInteger,
      DETECTOR_RULES.maxFailures,
    )
    .option(
      '--max-failures-by-host <n>',
      'failed attempts on one host within the window, from any addresses, that make an attack',
      positiveInteger,
      DETECTOR_RULES.maxFailuresByHost,
    )
  addMetricsOptions(addStreamOptions(command)).addHelpText(
    'after',
    `
Each attack is written to the topic ssh-attacks and to standard error when it opens, grows and
closes. Counts are written to the topic ssh-counts.

${ALERT_HELP}

${METRICS_HELP}

Examples:
  playstream ssh detect
  playstream ssh detect --mode aggressive --window 30m --max-failures 10
  PLAYSTREAM_ALERT_SECRET=... playstream ssh detect --alert-webhook https://alerts.example.com/ssh
  playstream ssh detect --alert-on critical --alert-exec mail -- -s 'SSH break-in' ops@example.com`,
  )
  addLogOption(command, APPLICATION)
  addAlertOptions(command).action((args: string[], options: Options) => detect(command, args, options))
}

async function detect(command: Command, args: readonly string[], options: Options): Promise<void> {
  const alerts = alertsOf(command, args, options, (line) => warn(printable(line)))
  const profile = profileOf(command, APPLICATION)
  const admin = await connectAdmin(profile, APPLICATION)
  try {
    const topics = PROCESSORS.map(processorNamed).flatMap(({ input, outputs }) => [input, ...outputs])
    await requireTopics(admin, [...new Set(topics)])
    const watch = await AttackWatch.start(profile, admin, {
      application: APPLICATION,
      warn,
      onReport: (report) => say(attackLine(report)),
    })
    const metrics = detectorMetrics()
    const served = servedMetrics(options, metrics, watch, alerts?.metrics)
    let timer: NodeJS.Timeout | undefined
    try {
      await whileServingMetrics(command, options, served, () => {
        timer = setInterval(() => say(line(metrics, watch, alerts?.metrics)), LINE_MS)
        say('running; Ctrl-C finishes the current transactions and stops')
        return runDetection(profile, {
          ...streamOptions(options),
          rules: rulesOf(options),
          signal: shutdownSignal(say),
          say,
          metrics,
          watch,
          ...(alerts && { alerts }),
        })
      })
      await watch.catchUp(AbortSignal.timeout(CATCH_UP_MS)).catch((error: Error) => {
        if (error.name !== 'TimeoutError') throw error
        warn(
          'the last attacks are missing here, because reading them took too long; the topic ssh-attacks has them',
        )
      })
    } finally {
      clearInterval(timer)
      await watch.close()
    }
    if (options.json) printJson(summary(metrics, watch, alerts?.metrics))
    else say(line(metrics, watch, alerts?.metrics))
  } finally {
    await admin.disconnect()
  }
}

function servedMetrics(
  { client }: Options,
  metrics: DetectorMetrics,
  watch: AttackWatch,
  alerts: AlertMetrics | undefined,
) {
  const running = { client, processors: processorsOf(metrics) }
  return {
    register: (registry: Registry) => {
      registerProcessorMetrics(registry, running)
      registerDetectorMetrics(registry, { metrics, watch, ...(alerts && { alerts }) })
    },
    notReady: () => processorsNotReady(running),
  }
}

function rulesOf({ mode, window, maxFailures, maxFailuresByHost }: Options) {
  return { mode, windowMs: window, maxFailures, maxFailuresByHost }
}

function summary(
  { classify, byAddress, byHost }: DetectorMetrics,
  { opened, closed, critical }: AttackWatch,
  alerts: AlertMetrics | undefined,
) {
  return {
    classify: processorMetrics(classify),
    byAddress: processorMetrics(byAddress),
    byHost: processorMetrics(byHost),
    attacks: { opened, closed, critical },
    ...(alerts && { alerts: { ...alerts } }),
  }
}

function line(
  { classify, byAddress, byHost }: DetectorMetrics,
  watch: AttackWatch,
  alerts: AlertMetrics | undefined,
): string {
  const all = [classify, byAddress, byHost]
  const sum = (count: (metrics: ProcessorMetrics) => number) =>
    all.reduce((total, one) => total + count(one), 0)
  const told = alerts
    ? `; alerts: ${grouped(alerts.delivered)} delivered, ${grouped(alerts.retries)} retries, ${grouped(alerts.undelivered)} not delivered`
    : ''
  return (
    `${grouped(classify.records)} lines, ${grouped(byAddress.records)} events (lag ${grouped(sum((one) => one.totalLag))}), ` +
    `attacks: ${grouped(watch.open)} open, ${grouped(watch.closed)} closed, ${grouped(watch.critical)} critical; ` +
    `${grouped(sum((one) => one.aborts))} aborted, ${grouped(sum((one) => one.fencings))} fenced${told}`
  )
}
