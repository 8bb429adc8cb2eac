import type { Command } from 'commander'
import { STREAM_CLIENTS, type StreamClient } from '../../kafka/stream/stream-client.ts'
import type { ProcessorMetrics } from '../../streams/runtime/metrics.ts'
import { DEFAULTS } from '../../streams/runtime/start-processor.ts'
import { positiveInteger } from './arguments.ts'
import { choice } from './choice.ts'
import { durationOption } from './duration-option.ts'

/** The options of every command that runs a stream processor. */
export interface StreamOptions {
  client: StreamClient
  batchSize: number
  commitInterval: number
  sessionTimeout: number
  json?: true
}

export function addStreamOptions(command: Command): Command {
  return command
    .option('--batch-size <n>', 'the most records in one transaction', positiveInteger, DEFAULTS.batchSize)
    .addOption(
      durationOption(
        '--commit-interval <time>',
        'the longest time that a record waits for its transaction to fill up',
        DEFAULTS.commitIntervalMs,
      ),
    )
    .addOption(
      durationOption(
        '--session-timeout <time>',
        'how long an instance may be silent before others take over its partitions',
        DEFAULTS.sessionTimeoutMs,
      ),
    )
    .option(
      '--client <name>',
      `the Kafka client: ${STREAM_CLIENTS.join(' or ')}`,
      choice(...STREAM_CLIENTS),
      DEFAULTS.client,
    )
    .option('--json', 'print the final metrics as JSON')
}

/** The options under the names of the stream runtime. */
export function streamOptions({ client, batchSize, commitInterval, sessionTimeout }: StreamOptions) {
  return { client, batchSize, commitIntervalMs: commitInterval, sessionTimeoutMs: sessionTimeout }
}

/** The number of entries in the stores, their memory, and the memory per entry, in bytes; nothing when there are no entries. */
export function storeMetrics(metrics: ProcessorMetrics): {
  entries?: number
  storeBytes?: number
  bytesPerEntry?: number
} {
  const { entries, liveBytes, bytes } = metrics.stores()
  if (entries === 0) return {}
  return { entries, storeBytes: bytes, bytesPerEntry: Math.round(liveBytes / entries) }
}

/** The metrics of a processor as `--json` prints them. */
export function processorMetrics(metrics: ProcessorMetrics) {
  const { records, transactions, aborts, fencings, restores, restoredEntries, totalLag } = metrics
  return {
    records,
    transactions,
    aborts,
    fencings,
    restores,
    restoredEntries,
    lag: totalLag,
    ...storeMetrics(metrics),
  }
}
