import type { Command } from 'commander'
import { processorNamed } from '../catalog/processors.ts'
import { connectAdmin } from '../kafka/reachable.ts'
import { STREAM_CLIENTS, type StreamClient } from '../kafka/stream-client.ts'
import { requireTopics } from '../kafka/topic-admin.ts'
import type { RetentionMode } from '../streams/dedup.ts'
import { type DedupMeters, dedupMeters, runDedup } from '../streams/dedup-pipeline.ts'
import { DEFAULTS } from '../streams/start-processor.ts'
import { duration, positiveInteger } from './arguments.ts'
import { choice } from './choice.ts'
import { group } from './group.ts'
import { grouped, printJson, say } from './output.ts'
import { profileOf } from './profile-option.ts'
import { shutdownSignal } from './shutdown.ts'

const DAY_MS = 24 * 60 * 60 * 1000
const LINE_MS = 5_000

interface Options {
  client: StreamClient
  retention: number
  mode: RetentionMode
  batchSize: number
  commitInterval: number
  sessionTimeout: number
  json?: true
}

export function dedupCommand(program: Command): void {
  const command = group(program, 'dedup', 'de-duplication of transactions, exactly once')
  const run = command
    .command('run')
    .description('run it until Ctrl-C; started several times, the partitions are shared')
    .option('--retention <time>', 'how long an id is remembered, in event time', duration, DAY_MS)
    .option(
      '--mode <mode>',
      'fixed: counted from the first sight; sliding: each duplicate begins it anew',
      choice('fixed', 'sliding'),
      'fixed',
    )
    .option(
      '--batch-size <n>',
      'how many records at most share a transaction',
      positiveInteger,
      DEFAULTS.batchSize,
    )
    .option(
      '--commit-interval <time>',
      'how long records wait at most for others',
      duration,
      DEFAULTS.commitIntervalMs,
    )
    .option(
      '--session-timeout <time>',
      'after this time without a sign of life others take over',
      duration,
      DEFAULTS.sessionTimeoutMs,
    )
    .option(
      '--client <name>',
      `the Kafka client: ${STREAM_CLIENTS.join(' or ')}`,
      choice(...STREAM_CLIENTS),
      DEFAULTS.client,
    )
    .option('--json', 'print the figures at the end as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  playstream dedup run\n  playstream dedup run --retention 48h --mode sliding',
    )
  run.action((options: Options) => dedup(run, options))
}

async function dedup(command: Command, options: Options): Promise<void> {
  const profile = profileOf(command, 'dedup-processor')
  const names = ['transactions-rekey', 'transactions-dedup'].map(processorNamed)
  const admin = await connectAdmin(profile, 'dedup-processor')
  await requireTopics(
    admin,
    names.flatMap(({ input, outputs }) => [input, ...outputs]),
  ).finally(() => admin.disconnect())
  const meters = dedupMeters()
  const timer = setInterval(() => say(line(meters)), LINE_MS)
  say('running; Ctrl-C finishes the transaction under way and stops')
  try {
    await runDedup(profile, {
      client: options.client,
      retentionMs: options.retention,
      mode: options.mode,
      batchSize: options.batchSize,
      commitIntervalMs: options.commitInterval,
      sessionTimeoutMs: options.sessionTimeout,
      signal: shutdownSignal(say),
      say,
      meters,
    })
  } finally {
    clearInterval(timer)
  }
  if (options.json) printJson({ rekey: figures(meters.rekey), dedup: figures(meters.dedup) })
  else say(line(meters))
}

function line({ rekey, dedup }: DedupMeters): string {
  return (
    `re-keyed ${grouped(rekey.records)} (lag ${grouped(rekey.totalLag)}), de-duplicated ${grouped(dedup.records)} ` +
    `(lag ${grouped(dedup.totalLag)}, ${grouped(dedup.transactions)} transactions, last ${Math.round(dedup.commitMs)} ms, ` +
    `${dedup.aborts} aborted, ${dedup.fencings} fenced)`
  )
}

function figures(meter: DedupMeters['dedup']) {
  const { records, transactions, aborts, fencings, restores, restoredEntries, totalLag } = meter
  return { records, transactions, aborts, fencings, restores, restoredEntries, lag: totalLag }
}
