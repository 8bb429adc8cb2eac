import type { Command } from 'commander'
import { processorNamed } from '../../catalog/processors.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { requireTopics } from '../../kafka/provision/topic-admin.ts'
import type { RetentionMode } from '../../streams/processors/dedup.ts'
import {
  type DedupMetrics,
  dedupMetrics,
  dedupProcessors,
  runDedup,
} from '../../streams/processors/dedup-pipeline.ts'
import { choice } from '../options/choice.ts'
import { durationOption } from '../options/duration-option.ts'
import { group } from '../options/group.ts'
import { addLogOption } from '../options/log-option.ts'
import { addMetricsOptions, METRICS_HELP, type MetricsOptions } from '../options/metrics-options.ts'
import { profileOf } from '../options/profile-option.ts'
import { servedProcessors, whileServingMetrics } from '../options/serve-metrics.ts'
import {
  addStreamOptions,
  processorMetrics,
  type StreamOptions,
  storeMetrics,
  streamOptions,
} from '../options/stream-options.ts'
import { say } from '../terminal/log.ts'
import { grouped, printJson } from '../terminal/output.ts'
import { shutdownSignal } from '../terminal/shutdown.ts'

const APPLICATION = 'dedup-processor'
const DAY_MS = 24 * 60 * 60 * 1000
const LINE_MS = 5_000

interface Options extends StreamOptions, MetricsOptions {
  retention: number
  mode: RetentionMode
}

export function dedupCommand(program: Command): void {
  const command = group(program, 'dedup', 'de-duplicate transactions, exactly once')
  const run = command
    .command('run')
    .description('de-duplicate transactions until Ctrl-C; several instances share the partitions')
    .addOption(durationOption('--retention <time>', 'how long an id is remembered', DAY_MS))
    .option(
      '--mode <mode>',
      'when the retention starts: fixed (at the first record of an id) or sliding (at its last record)',
      choice('fixed', 'sliding'),
      'fixed',
    )
    .addHelpText(
      'after',
      `\n${METRICS_HELP}\n\nExamples:\n  playstream dedup run\n  playstream dedup run --retention 48h --mode sliding`,
    )
  addLogOption(addMetricsOptions(addStreamOptions(run)), APPLICATION).action((options: Options) =>
    dedup(run, options),
  )
}

async function dedup(command: Command, options: Options): Promise<void> {
  const profile = profileOf(command, APPLICATION)
  const names = (['transactions-rekey', 'transactions-dedup'] as const).map(processorNamed)
  const admin = await connectAdmin(profile, APPLICATION)
  await requireTopics(
    admin,
    names.flatMap(({ input, outputs }) => [input, ...outputs]),
  ).finally(() => admin.disconnect())
  const metrics = dedupMetrics()
  const running = { client: options.client, processors: dedupProcessors(metrics) }
  await whileServingMetrics(command, options, servedProcessors(running), async () => {
    const timer = setInterval(() => say(line(metrics)), LINE_MS)
    say('running; Ctrl-C finishes the current transaction and stops')
    await runDedup(profile, {
      ...streamOptions(options),
      retentionMs: options.retention,
      mode: options.mode,
      signal: shutdownSignal(say),
      say,
      metrics,
    }).finally(() => clearInterval(timer))
  })
  if (options.json)
    printJson({ rekey: processorMetrics(metrics.rekey), dedup: processorMetrics(metrics.dedup) })
  else say(line(metrics))
}

function line({ rekey, dedup }: DedupMetrics): string {
  const { entries, bytesPerEntry } = storeMetrics(dedup)
  const held = entries === undefined ? 'no ids' : `${grouped(entries)} ids of ${bytesPerEntry} bytes each`
  return (
    `re-keyed ${grouped(rekey.records)} (lag ${grouped(rekey.totalLag)}), de-duplicated ${grouped(dedup.records)} ` +
    `(lag ${grouped(dedup.totalLag)}, ${grouped(dedup.transactions)} transactions, last ${Math.round(dedup.commitMs)} ms, ` +
    `${dedup.aborts} aborted, ${dedup.fencings} fenced), ${held} held`
  )
}
