import type { Command } from 'commander'
import { type GenerateOutcome, generateLogs, type LogSink } from '../../producers/generate-logs.ts'
import { LogFile, ROTATIONS, type Rotation } from '../../producers/log-file.ts'
import { LOG_FORMATS, type LogFormat } from '../../producers/log-format.ts'
import { duration, instant, positiveInteger, share } from '../options/arguments.ts'
import { choice } from '../options/choice.ts'
import {
  addTrafficOptions,
  repeatableStart,
  type TrafficOptions,
  trafficPlan,
} from '../options/traffic-options.ts'
import { say } from '../terminal/log.ts'
import { grouped, writeText } from '../terminal/output.ts'
import { printableJson } from '../terminal/printable.ts'
import { shutdownSignal } from '../terminal/shutdown.ts'

interface Options extends TrafficOptions {
  attackRatio: number
  hosts: number
  format: LogFormat
  for?: number
  out?: string
  rotateEvery?: number
  rotateBy: Rotation
  json?: true
}

export function logsGenerateCommand(parent: Command): void {
  const command = parent
    .command('generate')
    .description('write sample logs of game servers, with planted SSH attacks')
  addTrafficOptions(command, 'lines', '1000')
    .option('--out <file>', 'append to this file instead of standard output')
    .option('--attack-ratio <share>', 'the share of lines that belong to attacks, from 0 to 1', share, 0.1)
    .option('--hosts <n>', 'the number of hosts', positiveInteger, 6)
    .option(
      '--format <format>',
      `the format of the lines: ${LOG_FORMATS.join(', ')}`,
      choice(...LOG_FORMATS),
      'iso',
    )
    .option('--for <time>', 'stop after this time, such as 30s or 5m (default: at Ctrl-C)', duration)
    .option(
      '--start <time>',
      'the time of the first line, in ISO 8601 (default: now, or 2026-01-01 with --seed)',
      instant,
    )
    .option(
      '--rotate-every <n>',
      'rotate the file after n lines, to FILE.1, FILE.2, ... (default: never)',
      positiveInteger,
    )
    .option('--rotate-by <way>', `how to rotate: ${ROTATIONS.join(' or ')}`, choice(...ROTATIONS), 'rename')
    .option('--json', 'print the planted attacks as JSON')
    .addHelpText(
      'after',
      `
The summary lists each planted attack with its address, hosts, users, failed attempts, and first and
last time. It goes to standard output with --out, otherwise to standard error. Times are UTC. The
format rfc3164 has no time zone, so read it with --tz UTC.

Examples:
  playstream logs generate --count 2000 --seed 7 | playstream ssh classify
  playstream logs generate --out /tmp/auth.log --rate 5000 --for 1m --rotate-every 20000 --json`,
    )
  command.action((options: Options) => generate(command, options))
}

async function generate(command: Command, options: Options): Promise<void> {
  const { out, rotateEvery, rotateBy } = options
  if (out === undefined && rotateEvery !== undefined)
    command.error('--rotate-every needs --out: standard output cannot be rotated')
  const plan = trafficPlan(options, options.for, repeatableStart(options))
  const file = out === undefined ? undefined : await LogFile.open(out, rotateBy)
  const sink: LogSink = file ?? { append: writeText, rotate: async () => {} }
  const outcome = await generateLogs(sink, {
    ...plan,
    hosts: options.hosts,
    attackRatio: options.attackRatio,
    format: options.format,
    rotateEvery: rotateEvery ?? Number.POSITIVE_INFINITY,
    signal: shutdownSignal(say),
  }).finally(() => file?.close())
  const text = options.json
    ? printableJson(
        summaryJson(outcome, { seed: plan.seed, start: plan.start, rotations: file?.rotations ?? 0 }),
      )
    : summaryText(outcome, plan.seed)
  if (file) await writeText(`${text}\n`)
  else say(text)
}

function summaryJson(outcome: GenerateOutcome, run: { seed: number; start: number; rotations: number }) {
  const { lines, seconds, planted } = outcome
  return {
    seed: run.seed,
    start: new Date(run.start).toISOString(),
    lines,
    seconds: Math.round(seconds * 1000) / 1000,
    rotations: run.rotations,
    planted: planted.map((attack) => ({
      ...attack,
      first: new Date(attack.first).toISOString(),
      last: new Date(attack.last).toISOString(),
    })),
  }
}

function summaryText({ lines, seconds, planted }: GenerateOutcome, chosenSeed: number): string {
  const rows = planted.map(
    ({ kind, address, hosts, users, attempts, complete }) =>
      `  ${kind.padEnd(22)} ${address.padEnd(20)} ${grouped(attempts)} attempts on ${hosts.join(', ')} as ${users.join(', ')}${complete ? '' : ', unfinished'}`,
  )
  const head = `${grouped(lines)} lines in ${seconds.toFixed(1)} s, seed ${chosenSeed}, ${grouped(planted.length)} attacks planted`
  return [head, ...rows].join('\n')
}
