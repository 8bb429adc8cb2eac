import { groupOf } from '../catalog/groups.ts'
import { changelogOf, deadLettersOf, processorNamed } from '../catalog/processors.ts'
import { topicNamed } from '../catalog/topics.ts'
import { partitionReader } from '../kafka/platformatic-reader.ts'
import type { Profile } from '../kafka/profile.ts'
import { valueDecoder } from '../kafka/record-decoder.ts'
import { Registry } from '../kafka/registry.ts'
import { createStream, type StreamClient } from '../kafka/stream-client.ts'
import type { Meter } from './meter.ts'
import type { Processor } from './processor.ts'
import { router } from './router.ts'
import { runProcessor } from './runtime.ts'

export interface StartOptions {
  readonly client: StreamClient
  readonly meter: Meter
  readonly batchSize: number
  readonly commitIntervalMs: number
  readonly sessionTimeoutMs: number
  /** About how long the store's entries stay, in ms. */
  readonly retentionMs: number
  readonly signal: AbortSignal
  readonly say: (line: string) => void
}

/** What a running processor is set to where nobody says otherwise. */
export const DEFAULTS = {
  client: 'platformatic',
  batchSize: 10_000,
  commitIntervalMs: 100,
  sessionTimeoutMs: 10_000,
} as const

/** Runs a processor of the catalog against a cluster, until the signal ends it. */
export async function startProcessor<V, E>(
  processor: Processor<V, E>,
  profile: Profile,
  options: StartOptions,
): Promise<void> {
  const declared = processorNamed(processor.name)
  const port = createStream(options.client, profile, {
    ...options,
    application: declared.name,
    groupId: groupOf(declared),
    topic: declared.input,
    warn: options.say,
  })
  const topology = {
    input: declared.input,
    deadLetters: deadLettersOf(declared.input),
    retentionMs: options.retentionMs,
    ...(declared.stateful ? { changelog: changelogOf(declared) } : {}),
    route: router(declared.outputs.map(topicNamed)),
  }
  const readPartition = partitionReader(profile, declared.name)
  await runProcessor(
    processor,
    topology,
    {
      port,
      readPartition,
      meter: options.meter,
      say: options.say,
      ...(processor.decodes
        ? { decode: valueDecoder(topicNamed(declared.input), new Registry(profile)) }
        : {}),
    },
    options.signal,
  )
}
