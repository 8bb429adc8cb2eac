import type { Command } from 'commander'
import { processorNamed } from '../catalog/processors.ts'
import { connectAdmin } from '../kafka/reachable.ts'
import { requireTopics } from '../kafka/topic-admin.ts'
import { AttackWatch } from '../observability/ssh/attack-watch.ts'
import {
  DETECTOR_RULES,
  type DetectorMeters,
  detectorMeters,
  runDetector,
} from '../observability/ssh/detector.ts'
import { MODES, type Mode } from '../observability/ssh/mode.ts'
import { duration, positiveInteger } from './arguments.ts'
import { choice } from './choice.ts'
import { grouped, printJson, say } from './output.ts'
import { profileOf } from './profile-option.ts'
import { shutdownSignal } from './shutdown.ts'
import { attackLine } from './ssh-attack-view.ts'
import { addStreamOptions, figures, type StreamOptions, streamOptions } from './stream-options.ts'

const APPLICATION = 'attack-detector'
const PROCESSORS = ['ssh-classify', 'ssh-attacks-by-address', 'ssh-attacks-by-host']
const LINE_MS = 5_000
/** How long the attacks of the last transactions are waited for at the end. */
const CATCH_UP_MS = 5_000

interface Options extends StreamOptions {
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
    .option(
      '--window <time>',
      'how far apart failures of one attack lie at most, in event time',
      duration,
      DETECTOR_RULES.windowMs,
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
  addStreamOptions(command)
    .addHelpText(
      'after',
      `
Attacks go to the topic ssh-attacks as they open, grow and close, and are said on standard error; counts go to ssh-counts.

Examples:
  playstream ssh detect
  playstream ssh detect --mode aggressive --window 30m --max-failures 10`,
    )
    .action((options: Options) => detect(command, options))
}

async function detect(command: Command, options: Options): Promise<void> {
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
    const timer = setInterval(() => say(line(meters, watch)), LINE_MS)
    say('running; Ctrl-C finishes the transactions under way and stops')
    try {
      await Promise.race([
        runDetector(profile, rulesOf(options), {
          ...streamOptions(options),
          signal: shutdownSignal(say),
          say,
          meters,
        }),
        watch.reader.failed,
      ])
      await watch.catchUp(AbortSignal.timeout(CATCH_UP_MS)).catch((error: Error) => {
        if (error.name !== 'TimeoutError') throw error
        say('the last attacks could not be read back in time: they are in ssh-attacks')
      })
    } finally {
      clearInterval(timer)
      await watch.close()
    }
    if (options.json) printJson(summary(meters, watch))
    else say(line(meters, watch))
  } finally {
    await admin.disconnect()
  }
}

function rulesOf({ mode, window, maxFailures, maxFailuresByHost }: Options) {
  return { mode, windowMs: window, maxFailures, maxFailuresByHost }
}

function summary({ classify, byAddress, byHost }: DetectorMeters, { opened, closed, critical }: AttackWatch) {
  return {
    classify: figures(classify),
    byAddress: figures(byAddress),
    byHost: figures(byHost),
    attacks: { opened, closed, critical },
  }
}

function line({ classify, byAddress, byHost }: DetectorMeters, watch: AttackWatch): string {
  const all = [classify, byAddress, byHost]
  const sum = (count: (meter: (typeof all)[number]) => number) =>
    all.reduce((total, one) => total + count(one), 0)
  return (
    `${grouped(classify.records)} lines, ${grouped(byAddress.records)} events (lag ${grouped(sum((one) => one.totalLag))}), ` +
    `attacks: ${grouped(watch.open)} open, ${grouped(watch.closed)} closed, ${grouped(watch.critical)} critical; ` +
    `${grouped(sum((one) => one.aborts))} aborted, ${grouped(sum((one) => one.fencings))} fenced`
  )
}
