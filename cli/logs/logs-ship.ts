import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import type { Registry } from 'prom-client'
import { topic } from '../../catalog/topics.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { IdempotentWriter } from '../../kafka/clients/idempotent-writer.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { requireTopics } from '../../kafka/provision/topic-admin.ts'
import { Home } from '../../local/home.ts'
import { Lock } from '../../local/process/lock.ts'
import { lineReader } from '../../observability/formats/line-reader.ts'
import { localTimeZone } from '../../observability/formats/time/time-zone.ts'
import {
  processorsNotReady,
  registerProcessorMetrics,
} from '../../observability/metrics/processor-metrics.ts'
import { registerShipperMetrics } from '../../observability/metrics/shipper-metrics.ts'
import { Checkpoint, CheckpointError } from '../../observability/ship/files/checkpoint.ts'
import { RecordWriter } from '../../observability/ship/log-record.ts'
import type { ShipMetrics } from '../../observability/ship/metrics.ts'
import { Shipper } from '../../observability/ship/shipper.ts'
import { DEFAULTS } from '../../streams/runtime/start-processor.ts'
import { duration, lineSize } from '../options/arguments.ts'
import { choice } from '../options/choice.ts'
import { addLineOptions, type LineOptions } from '../options/line-options.ts'
import { addLogOption } from '../options/log-option.ts'
import { addMetricsOptions, METRICS_HELP, type MetricsOptions } from '../options/metrics-options.ts'
import { profileOf } from '../options/profile-option.ts'
import { whileServingMetrics } from '../options/serve-metrics.ts'
import { EXIT } from '../terminal/exit.ts'
import { graceAfter } from '../terminal/grace.ts'
import { say, sayError, warn } from '../terminal/log.ts'
import { grouped, print, printJson } from '../terminal/output.ts'
import { shutdownSignal } from '../terminal/shutdown.ts'
import { type LogsDedup, startLogsDedup } from './logs-dedup.ts'

interface Options extends LineOptions, MetricsOptions {
  from: 'beginning' | 'end'
  host: string
  maxLine: number
  flushPartialAfter?: number
  checkpoint?: string
  exactlyOnce?: true
  once?: true
  json?: true
}

const LINE_MS = 5_000
/** How long a stopping shipper waits for a broker that does not answer. */
const GRACE_MS = 10_000

export function logsShipCommand(parent: Command): void {
  const command = parent
    .command('ship')
    .argument(
      '<path...>',
      'files and globs; quote a glob, so that the shipper also finds files that appear later',
    )
    .description(
      `send the lines of log files to the topic ${topic('logs').name}, and follow the files until Ctrl-C`,
    )
    .option(
      '--from <where>',
      'where to start in files that exist at the very first run: beginning or end',
      choice('beginning', 'end'),
      'beginning',
    )
  addLineOptions(command)
    .addOption(
      new Option('--host <name>', 'the host of lines without one').default(hostname(), 'this machine’s name'),
    )
    .addOption(
      new Option('--max-line <size>', 'cut, mark and count longer lines; 16B to 1MiB')
        .argParser(lineSize)
        .default(lineSize('1MiB'), '1MiB'),
    )
    .option(
      '--flush-partial-after <time>',
      'ship an unfinished last line after this time (default: wait for its end)',
      duration,
    )
    .option(
      '--checkpoint <file>',
      'the file that records how far each log is shipped (default: in .playstream/ship)',
    )
    .option('--exactly-once', 'write each line to the topic exactly once, even after a crash')
    .option('--once', 'ship what the files contain now, wait for the broker’s acknowledgement, and exit')
    .option('--json', 'print the final metrics as JSON')
  addLogOption(addMetricsOptions(command), 'log-shipper')
  command.addHelpText(
    'after',
    `
The shipper follows files through appending, renaming, copying and truncating, and compression. It
reads a gzip file once. It skips files that are not UTF-8 text (xz, bzip2, zstd, zip, binary,
UTF-16) and reports them. A byte that is not valid UTF-8, as in Latin-1, becomes U+FFFD, and the
file is reported. From a damaged .gz the shipper sends the complete lines before the damage, and
with --once exits with 1.

A line is shipped when its end is written. Empty lines are counted but not shipped. The record
header 'line' holds the file and position of the line. The timestamp of a record is the time of
shipping, from which the retention of the topic counts; the time in the line itself is part of the
value.

By default each line arrives at least once. With --exactly-once the shipper writes to ${topic('logs-shipped').name},
and the processor logs-dedup, which runs in the same process, copies each line once to ${topic('logs').name}.

${METRICS_HELP}

Examples:
  playstream logs ship /var/log/auth.log
  playstream logs ship '/var/log/**/*.log*' --from end --exactly-once
  playstream logs ship old/*.gz --once --json --tz Europe/Berlin`,
  )
  command.action((paths: string[], options: Options) => ship(command, paths, options))
}

async function ship(command: Command, paths: readonly string[], options: Options): Promise<void> {
  const profile = profileOf(command, 'log-shipper')
  const file = resolve(options.checkpoint ?? join(Home.default().folder, 'ship', `${profile.name}.json`))
  const lock = lockOf(file)
  if (!lock)
    throw new CheckpointError(
      `another shipper uses the checkpoint ${file}: choose another file with --checkpoint`,
    )
  try {
    await shipWith(command, Checkpoint.open(file), profile, paths, options)
  } finally {
    lock.release()
  }
}

function lockOf(file: string): Lock | undefined {
  try {
    return Lock.tryAcquire(`${file}.lock`)
  } catch (error) {
    throw new CheckpointError(
      `the checkpoint ${file} cannot be locked: ${(error as Error).message}; make ${file}.lock writable, or choose another file with --checkpoint`,
    )
  }
}

async function shipWith(
  command: Command,
  checkpoint: Checkpoint,
  profile: Profile,
  paths: readonly string[],
  options: Options,
): Promise<void> {
  const target = topic(options.exactlyOnce ? 'logs-shipped' : 'logs').name
  const admin = await connectAdmin(profile, 'log-shipper')
  await requireTopics(admin, options.exactlyOnce ? [target, 'logs'] : [target]).finally(() =>
    admin.disconnect(),
  )
  const stop = shutdownSignal(say)
  const sink = new IdempotentWriter(profile, { clientId: 'log-shipper', topic: target, warn })
  const dedup = options.exactlyOnce ? startLogsDedup(profile, say) : undefined
  const failed = dedup ? [dedup.failed] : []
  const giveUp = graceAfter([stop, ...failed], GRACE_MS)
  const tz = options.tz ?? localTimeZone()
  const shipper = new Shipper({
    patterns: paths,
    checkpoint,
    from: options.from,
    reader: (file) => lineReader(options.format, { zone: tz, reference: () => file.modifiedMs }),
    records: new RecordWriter({
      topic: target,
      partitions: await sink.partitions(stop),
      host: options.host,
    }),
    sink,
    maxLine: options.maxLine,
    isOnce: options.once === true,
    say,
    ...(options.flushPartialAfter === undefined ? {} : { flushPartialAfterMs: options.flushPartialAfter }),
  })
  const timer = setInterval(() => say(line(shipper.metrics)), LINE_MS)
  say(`shipping to ${target}, checkpoint ${checkpoint.file}`)
  try {
    await whileServingMetrics(command, options, servedMetrics(shipper, sink, dedup), () =>
      shipper.ship(AbortSignal.any([stop, ...failed]), giveUp),
    )
    if (options.once && !stop.aborted) await dedup?.untilCaughtUp(graceAfter([stop], GRACE_MS))
  } catch (error) {
    if (error !== stop.reason) throw error
    sayError(
      `playstream: the broker did not answer within ${GRACE_MS / 1000} s; the next run sends the unacknowledged lines`,
    )
    process.exitCode = EXIT.failed
  } finally {
    clearInterval(timer)
    await sink.close()
    await dedup?.stop()
  }
  const { metrics } = shipper
  report(metrics, options)
  if (options.once && metrics.damaged + metrics.failing > 0) {
    sayError(
      `playstream: ${metrics.damaged} damaged files and ${metrics.failing} unreadable paths (named above); everything readable was shipped`,
    )
    process.exitCode = EXIT.failed
  }
}

/** Its checkpoint is open before it ships; ready is a shipper whose broker answers. */
function servedMetrics(shipper: Shipper, sink: IdempotentWriter, dedup: LogsDedup | undefined) {
  const running = dedup && {
    client: DEFAULTS.client,
    processors: { 'logs-dedup': dedup.metrics },
  }
  return {
    register: (registry: Registry) => {
      registerShipperMetrics(registry, () => shipper.metrics)
      if (running) registerProcessorMetrics(registry, running)
    },
    notReady: () =>
      (sink.isTroubled ? 'the broker does not answer' : undefined) ??
      (running && processorsNotReady(running)),
  }
}

function report(metrics: ShipMetrics, { json }: Options): void {
  if (json) printJson(metrics)
  else for (const [name, value] of Object.entries(metrics)) print(`${name.padEnd(14)} ${grouped(value)}`)
}

function line({ shipped, files, lag, cut, partial, unreadable, ...troubles }: ShipMetrics): string {
  const { leftOut, damaged, failing } = troubles
  const others = leftOut + damaged + failing
  return (
    `shipped ${grouped(shipped)} lines of ${grouped(files)} files (lag ${grouped(lag)} bytes, ${grouped(cut)} cut, ` +
    `${grouped(partial)} unfinished, ${grouped(unreadable)} unreadable)` +
    (others > 0
      ? `; ${grouped(leftOut)} files skipped, ${grouped(damaged)} damaged, ${grouped(failing)} failing`
      : '')
  )
}
