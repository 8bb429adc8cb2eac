import { Argument, type Command } from 'commander'
import { processorNamed } from '../../catalog/processors.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { requireTopics } from '../../kafka/provision/topic-admin.ts'
import { playerState } from '../../streams/processors/player-state.ts'
import { ProcessorMetrics } from '../../streams/runtime/metrics.ts'
import { startProcessor } from '../../streams/runtime/start-processor.ts'
import { group } from '../options/group.ts'
import { addLogOption } from '../options/log-option.ts'
import { addMetricsOptions, METRICS_HELP, type MetricsOptions } from '../options/metrics-options.ts'
import { profileOf } from '../options/profile-option.ts'
import { servedProcessors, whileServingMetrics } from '../options/serve-metrics.ts'
import {
  addStreamOptions,
  processorMetrics,
  type StreamOptions,
  streamOptions,
} from '../options/stream-options.ts'
import { say } from '../terminal/log.ts'
import { grouped, printJson } from '../terminal/output.ts'
import { shutdownSignal } from '../terminal/shutdown.ts'

/** The processors without options of their own. */
const PROCESSORS = [playerState]

const LINE_MS = 5_000

type Options = StreamOptions & MetricsOptions

export function streamCommand(program: Command): void {
  const command = group(program, 'stream', 'run a stream processor, exactly once')
  const names = PROCESSORS.map(({ name }) => name)
  const run = command
    .command('run')
    .description('run a stream processor until Ctrl-C; several instances share the partitions')
    .addArgument(new Argument('<processor>', 'the processor').choices(names))
    .addHelpText(
      'after',
      `\n${METRICS_HELP}\n\nExamples:\n  playstream stream run player-state\n  playstream stream run player-state --client kafkajs --json`,
    )
  const applicationOf = (name: string) => processorNamed(processorOf(name).name).application
  addLogOption(addMetricsOptions(addStreamOptions(run)), applicationOf).action(
    (name: string, options: Options) => runStream(run, name, options),
  )
}

async function runStream(command: Command, name: string, options: Options): Promise<void> {
  const processor = processorOf(name)
  const { application, input, outputs } = processorNamed(processor.name)
  const profile = profileOf(command, application)
  const admin = await connectAdmin(profile, application)
  await requireTopics(admin, [input, ...outputs]).finally(() => admin.disconnect())
  const metrics = new ProcessorMetrics()
  const running = { client: options.client, processors: { [processor.name]: metrics } }
  await whileServingMetrics(command, options, servedProcessors(running), async () => {
    const timer = setInterval(() => say(line(metrics)), LINE_MS)
    say('running; Ctrl-C finishes the current transaction and stops')
    await startProcessor(processor, profile, {
      ...streamOptions(options),
      retentionMs: Number.POSITIVE_INFINITY,
      signal: shutdownSignal(say),
      say,
      metrics,
    }).finally(() => clearInterval(timer))
  })
  if (options.json) printJson(processorMetrics(metrics))
  else say(line(metrics))
}

/** The processor with this name, which the argument's choices have validated. */
function processorOf(name: string) {
  return PROCESSORS.find((processor) => processor.name === name) as (typeof PROCESSORS)[number]
}

function line(metrics: ProcessorMetrics): string {
  return (
    `processed ${grouped(metrics.records)} (lag ${grouped(metrics.totalLag)}, ${grouped(metrics.transactions)} transactions, ` +
    `last ${Math.round(metrics.commitMs)} ms, ${metrics.aborts} aborted, ${metrics.fencings} fenced)`
  )
}
