import { groupOf } from '../../catalog/groups.ts'
import { changelogOf, deadLettersOf, processorNamed, storesOf } from '../../catalog/processors.ts'
import { topicNamed } from '../../catalog/topics.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { partitionReader } from '../../kafka/clients/partition-reader.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { requireAppendTime, requireTopics } from '../../kafka/provision/topic-admin.ts'
import { valueDecoder } from '../../kafka/registry/record-decoder.ts'
import { Registry } from '../../kafka/registry/registry.ts'
import { createStream, type StreamClient } from '../../kafka/stream/stream-client.ts'
import type { ProcessorMetrics } from './metrics.ts'
import type { DeclaredProcessor, NoStores, Processor } from './processor.ts'
import { router } from './router.ts'
import { runProcessor } from './runtime.ts'

export interface StartOptions {
  readonly client: StreamClient
  readonly metrics: ProcessorMetrics
  readonly batchSize: number
  readonly commitIntervalMs: number
  readonly sessionTimeoutMs: number
  /** About how long the entries of its stores stay, in ms. */
  readonly retentionMs: number
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

/** The settings of a running processor, unless they are given. */
export const DEFAULTS = {
  client: 'platformatic',
  batchSize: 10_000,
  commitIntervalMs: 100,
  sessionTimeoutMs: 10_000,
} as const

/**
 * Runs a processor of the catalog against a cluster, until the signal ends it.
 * @throws ApplyError if a changelog topic is missing, or if the processor goes by the broker's time and its input topic does
 * not have it; otherwise where no retry can help
 */
export async function startProcessor<V, E, S = NoStores>(
  processor: DeclaredProcessor<V, E, S>,
  profile: Profile,
  options: StartOptions,
): Promise<void> {
  const declared = processorNamed(processor.name)
  const changelogs = Object.fromEntries(
    storesOf(declared).map((store) => [store, changelogOf(declared, store)]),
  )
  const admin = await connectAdmin(profile, declared.name)
  try {
    // A release may bring new stores: their topics are not there before the next apply.
    await requireTopics(admin, Object.values(changelogs))
    if (processor.clock === 'append time') await requireAppendTime(admin, declared.input)
  } finally {
    await admin.disconnect()
  }
  const port = createStream(options.client, profile, {
    ...options,
    application: declared.name,
    groupId: groupOf(declared),
    topic: declared.input,
    meter: options.metrics,
    warn: options.say,
  })
  const topology = {
    input: declared.input,
    deadLetters: deadLettersOf(declared.input),
    retentionMs: options.retentionMs,
    changelogs,
    route: router(declared.outputs.map(topicNamed)),
  }
  const readPartition = partitionReader(profile, declared.name)
  await runProcessor(
    processor.clock === 'append time'
      ? warningOfOtherTimes(processor, declared.input, options.say)
      : processor,
    topology,
    {
      port,
      readPartition,
      metrics: options.metrics,
      say: options.say,
      ...(processor.decodes
        ? { decode: valueDecoder(topicNamed(declared.input), new Registry(profile)) }
        : {}),
    },
    options.signal,
  )
}

/** Warns once about records with their producers' time: from before the topic had the broker's time, or because it still has not. */
function warningOfOtherTimes<V, E, S>(
  processor: Processor<V, E, S>,
  input: string,
  say: (line: string) => void,
): Processor<V, E, S> {
  let hasWarned = false
  return {
    ...processor,
    process(record, context, event) {
      if (record.appendedAt === undefined && !hasWarned) {
        hasWarned = true
        say(
          `${processor.name}: ${input}/${record.partition} holds records with their producers' time, from offset ${record.offset} on: ` +
            'they do not move stream time. Unless they are from before an upgrade, run: playstream topics apply',
        )
      }
      processor.process(record, context, event)
    },
  }
}
