import type { Command } from 'commander'
import { processorNamed } from '../../catalog/processors.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { requireTopics } from '../../kafka/provision/topic-admin.ts'
import type { AlertMetrics } from '../../observability/alerts/alerter.ts'
import { runDetection } from '../../observability/detection.ts'
import {
  DETECTOR_RULES,
  type DetectorMeters,
  detectorMeters,
} from '../../observability/ssh/attacks/detector.ts'
import { AttackWatch } from '../../observability/ssh/report/attack-watch.ts'
import { MODES, type Mode } from '../../observability/ssh/rules/mode.ts'
import type { Meter } from '../../streams/runtime/meter.ts'
import { positiveInteger } from '../options/arguments.ts'
import { choice } from '../options/choice.ts'
import { durationOption } from '../options/duration-option.ts'
import { profileOf } from '../options/profile-option.ts'
import { addStreamOptions, figures, type StreamOptions, streamOptions } from '../options/stream-options.ts'
import { grouped, printJson, say } from '../terminal/output.ts'
import { printable } from '../terminal/printable.ts'
import { shutdownSignal } from '../terminal/shutdown.ts'
import { ALERT_HELP, type AlertOptions, addAlertOptions, alertsOf } from './alert-options.ts'
import { attackLine } from './ssh-attack-view.ts'

const APPLICATION = 'attack-detector'
const PROCESSORS = ['ssh-classify', 'ssh-attacks-by-address', 'ssh-attacks-by-host'] as const
const LINE_MS = 5_000
/** How long the attacks of the last transactions are waited for at the end. */
const CATCH_UP_MS = 5_000

interface Options extends StreamOptions, AlertOptions {
  mode: Mode
  window: number
  maxFailures: number
  maxFailuresByHost: number
}

export function sshDetectCommand(parent: Command): void {
  const command = parent
    .command('detect')
    .description('find attacks in the topic logs until Ctrl-C; started several times, the work is shared')
    .option(
      '--mode <mode>',
      `how strictly lines are judged, each wider than the last: ${MODES.join(', ')}`,
      choice(...MODES),
      DETECTOR_RULES.mode,
    )
    .addOption(
      durationOption(
        '--window <time>',
        'how far apart failures of one attack lie at most, in event time',
        DETECTOR_RULES.windowMs,
      ),
    )
    .option(
      '--max-failures <n>',
      'so many failed attempts of one address within the window are an attack',
      positiveInteger,
      DETECTOR_RULES.maxFailures,
    )
    .option(
      '--max-failures-by-host <n>',
      'so many on one host, from whatever addresses',
      positiveInteger,
      DETECTOR_RULES.maxFailuresByHost,
    )
  addStreamOptions(command).addHelpText(
    'after',
    `
Attacks go to the topic ssh-attacks as they open, grow and close, and are said on standard error; counts go to ssh-counts.

${ALERT_HELP}

Examples:
  playstream ssh detect
  playstream ssh detect --mode aggressive --window 30m --max-failures 10
  PLAYSTREAM_ALERT_SECRET=... playstream ssh detect --alert-webhook https://alerts.example.com/ssh
  playstream ssh detect --alert-on critical --alert-exec mail -- -s 'SSH break-in' ops@example.com`,
  )
  addAlertOptions(command).action((args: string[], options: Options) => detect(command, args, options))
}

async function detect(command: Command, args: readonly string[], options: Options): Promise<void> {
  const alerts = alertsOf(command, args, options, (line) => say(printable(line)))
  const profile = profileOf(command, APPLICATION)
  const admin = await connectAdmin(profile, APPLICATION)
  try {
    const topics = PROCESSORS.map(processorNamed).flatMap(({ input, outputs }) => [input, ...outputs])
    await requireTopics(admin, [...new Set(topics)])
    const watch = await AttackWatch.start(profile, admin, {
      application: APPLICATION,
      warn: say,
      onReport: (report) => say(attackLine(report)),
    })
    const meters = detectorMeters()
    const timer = setInterval(() => say(line(meters, watch, alerts?.metrics)), LINE_MS)
    say('running; Ctrl-C finishes the transactions under way and stops')
    try {
      await runDetection(profile, {
        ...streamOptions(options),
        rules: rulesOf(options),
        signal: shutdownSignal(say),
        say,
        meters,
        watch,
        ...(alerts && { alerts }),
      })
      await watch.catchUp(AbortSignal.timeout(CATCH_UP_MS)).catch((error: Error) => {
        if (error.name !== 'TimeoutError') throw error
        say('the last attacks could not be read back in time: they are in ssh-attacks')
      })
    } finally {
      clearInterval(timer)
      await watch.close()
    }
    if (options.json) printJson(summary(meters, watch, alerts?.metrics))
    else say(line(meters, watch, alerts?.metrics))
  } finally {
    await admin.disconnect()
  }
}

function rulesOf({ mode, window, maxFailures, maxFailuresByHost }: Options) {
  return { mode, windowMs: window, maxFailures, maxFailuresByHost }
}

function summary(
  { classify, byAddress, byHost }: DetectorMeters,
  { opened, closed, critical }: AttackWatch,
  alerts: AlertMetrics | undefined,
) {
  return {
    classify: figures(classify),
    byAddress: figures(byAddress),
    byHost: figures(byHost),
    attacks: { opened, closed, critical },
    ...(alerts && { alerts: { ...alerts } }),
  }
}

function line(
  { classify, byAddress, byHost }: DetectorMeters,
  watch: AttackWatch,
  alerts: AlertMetrics | undefined,
): string {
  const all = [classify, byAddress, byHost]
  const sum = (count: (meter: Meter) => number) => all.reduce((total, one) => total + count(one), 0)
  const told = alerts
    ? `; alerts: ${grouped(alerts.delivered)} delivered, ${grouped(alerts.retries)} retries, ${grouped(alerts.undelivered)} not delivered`
    : ''
  return (
    `${grouped(classify.records)} lines, ${grouped(byAddress.records)} events (lag ${grouped(sum((one) => one.totalLag))}), ` +
    `attacks: ${grouped(watch.open)} open, ${grouped(watch.closed)} closed, ${grouped(watch.critical)} critical; ` +
    `${grouped(sum((one) => one.aborts))} aborted, ${grouped(sum((one) => one.fencings))} fenced${told}`
  )
}
