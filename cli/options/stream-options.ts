import type { Command } from 'commander'
import { STREAM_CLIENTS, type StreamClient } from '../../kafka/stream/stream-client.ts'
import type { Meter } from '../../streams/runtime/meter.ts'
import { DEFAULTS } from '../../streams/runtime/start-processor.ts'
import { positiveInteger } from './arguments.ts'
import { choice } from './choice.ts'
import { durationOption } from './duration-option.ts'

/** What every command takes that runs a stream processor. */
export interface StreamOptions {
  client: StreamClient
  batchSize: number
  commitInterval: number
  sessionTimeout: number
  json?: true
}

export function addStreamOptions(command: Command): Command {
  return command
    .option(
      '--batch-size <n>',
      'how many records at most share a transaction',
      positiveInteger,
      DEFAULTS.batchSize,
    )
    .addOption(
      durationOption(
        '--commit-interval <time>',
        'how long records wait at most for others',
        DEFAULTS.commitIntervalMs,
      ),
    )
    .addOption(
      durationOption(
        '--session-timeout <time>',
        'after this time without a sign of life others take over',
        DEFAULTS.sessionTimeoutMs,
      ),
    )
    .option(
      '--client <name>',
      `the Kafka client: ${STREAM_CLIENTS.join(' or ')}`,
      choice(...STREAM_CLIENTS),
      DEFAULTS.client,
    )
    .option('--json', 'print the figures at the end as JSON')
}

/** The options as the stream runtime names them. */
export function streamOptions({ client, batchSize, commitInterval, sessionTimeout }: StreamOptions) {
  return { client, batchSize, commitIntervalMs: commitInterval, sessionTimeoutMs: sessionTimeout }
}

/** What the stores hold, the memory that they take, and what an entry takes of it; nothing where there are no entries. */
export function storeMetrics(meter: Meter): {
  entries?: number
  storeBytes?: number
  bytesPerEntry?: number
} {
  const { entries, liveBytes, bytes } = meter.stores()
  if (entries === 0) return {}
  return { entries, storeBytes: bytes, bytesPerEntry: Math.round(liveBytes / entries) }
}

/** A processor's figures as `--json` prints them. */
export function processorMetrics(meter: Meter) {
  const { records, transactions, aborts, fencings, restores, restoredEntries, totalLag } = meter
  return {
    records,
    transactions,
    aborts,
    fencings,
    restores,
    restoredEntries,
    lag: totalLag,
    ...storeMetrics(meter),
  }
}
