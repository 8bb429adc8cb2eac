import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { type Command, Option } from 'commander'
import { topic } from '../../catalog/topics.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { IdempotentWriter } from '../../kafka/clients/idempotent-writer.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { requireTopics } from '../../kafka/provision/topic-admin.ts'
import { Home } from '../../local/home.ts'
import { Lock } from '../../local/process/lock.ts'
import { lineReader } from '../../observability/formats/line-reader.ts'
import { localTimeZone } from '../../observability/formats/time/time-zone.ts'
import { Checkpoint, CheckpointError } from '../../observability/ship/files/checkpoint.ts'
import { RecordWriter } from '../../observability/ship/log-record.ts'
import type { ShipMetrics } from '../../observability/ship/metrics.ts'
import { Shipper } from '../../observability/ship/shipper.ts'
import { duration, lineSize } from '../options/arguments.ts'
import { choice } from '../options/choice.ts'
import { addLineOptions, type LineOptions } from '../options/line-options.ts'
import { profileOf } from '../options/profile-option.ts'
import { EXIT } from '../terminal/exit.ts'
import { graceAfter } from '../terminal/grace.ts'
import { grouped, print, printJson, say } from '../terminal/output.ts'
import { shutdownSignal } from '../terminal/shutdown.ts'
import { startLogsDedup } from './logs-dedup.ts'

interface Options extends LineOptions {
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
/** How long a shipper that is told to stop waits for a broker that does not answer. */
const GRACE_MS = 10_000

export function logsShipCommand(parent: Command): void {
  const command = parent
    .command('ship')
    .argument('<path...>', 'files and globs; quote a glob, so that files that appear later are found')
    .description(`send the lines of log files to ${topic('logs').name}, and go on with what is appended`)
    .option(
      '--from <where>',
      'where files begin that are there at the very first start: beginning or end',
      choice('beginning', 'end'),
      'beginning',
    )
  addLineOptions(command)
    .option('--host <name>', 'the host of lines that name none', hostname())
    .addOption(
      new Option('--max-line <size>', 'what is longer is cut, marked and counted')
        .argParser(lineSize)
        .default(lineSize('1MiB'), '1MiB'),
    )
    .option(
      '--flush-partial-after <time>',
      'ship an unfinished last line after this time; by default it waits for its end',
      duration,
    )
    .option('--checkpoint <file>', 'how far each file is shipped; in .playstream by default')
    .option('--exactly-once', 'let each line into the topic once, also after a crash')
    .option('--once', 'ship what is there, wait until the broker has it, and end')
    .option('--json', 'print the figures at the end as JSON')
    .addHelpText(
      'after',
      `
Files are followed as they are appended to, renamed, copied and emptied, or compressed; gzip'd ones are read once. Files that
are not lines of UTF-8 (xz, bzip2, zstd, zip, binary, UTF-16) are left out and named; single bytes that are not (Latin-1) arrive
as U+FFFD, and the file is named. Of a damaged .gz the whole lines before the damage are shipped; --once then ends with 1. A line
is shipped when it is finished. Empty lines are counted and not shipped. A line's header 'line' names its file and place.
A record's timestamp is when it was shipped, and the topic's retention counts from there; the line's own time is in its value.

Each line arrives at least once. With --exactly-once the shipper sends to ${topic('logs-shipped').name}, and the processor
logs-dedup, which runs in it, lets each line into ${topic('logs').name} once.

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
      `another shipper has the checkpoint ${file}; give this one its own: --checkpoint`,
    )
  try {
    await shipWith(Checkpoint.open(file), profile, paths, options)
  } finally {
    lock.release()
  }
}

function lockOf(file: string): Lock | undefined {
  try {
    return Lock.tryAcquire(`${file}.lock`)
  } catch (error) {
    throw new CheckpointError(
      `the checkpoint ${file} cannot be locked: ${(error as Error).message}; make room for ${file}.lock, or name another with --checkpoint`,
    )
  }
}

async function shipWith(
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
  const sink = new IdempotentWriter(profile, { clientId: 'log-shipper', topic: target, warn: say })
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
    await shipper.ship(AbortSignal.any([stop, ...failed]), giveUp)
    if (options.once && !stop.aborted) await dedup?.untilCaughtUp(graceAfter([stop], GRACE_MS))
  } catch (error) {
    if (error !== stop.reason) throw error
    say(
      `playstream: the broker did not answer within ${GRACE_MS / 1000} s: what is unacknowledged is sent next time`,
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
    say(
      `playstream: ${metrics.damaged} damaged files and ${metrics.failing} paths that cannot be read, named above: what could be read is shipped`,
    )
    process.exitCode = EXIT.failed
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
      ? `; ${grouped(leftOut)} files left out, ${grouped(damaged)} damaged, ${grouped(failing)} failing`
      : '')
  )
}
