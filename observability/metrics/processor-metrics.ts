import { Histogram, type Registry } from 'prom-client'
import type { ProcessorName } from '../../catalog/processors.ts'
import type { StreamClient } from '../../kafka/stream/stream-client.ts'
import type { ProcessorMetrics, StoreSize, Traffic } from '../../streams/runtime/metrics.ts'
import { pullCounter, pullGauge, type Samples } from './pulled.ts'

/** The processors of this process, by name, and the Kafka client that they run on. */
export interface RunningProcessors {
  readonly client: StreamClient
  readonly processors: Readonly<Partial<Record<ProcessorName, ProcessorMetrics>>>
}

/** From a commit of a few records on a near broker to one that a rebalance has held up, in seconds. */
const DURATIONS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]
/** Records wait for their transaction to fill up; after a stop they may have waited for hours. In seconds. */
const LATENCIES = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60, 600, 3600]

/** The counter that a de-duplication counts duplicates with. */
const DUPLICATE = 'duplicate'

/** What the processors of this process have done since its start. Nothing that was aborted is counted but the abort. */
export function registerProcessorMetrics(
  registry: Registry,
  { client, processors }: RunningProcessors,
): void {
  const all = Object.entries(processors) as [ProcessorName, ProcessorMetrics][]
  const perProcessor = (value: (metrics: ProcessorMetrics) => number) => (): Samples =>
    all.map(([processor, metrics]) => [{ processor }, value(metrics)])
  const count = (name: string, help: string, value: (metrics: ProcessorMetrics) => number) =>
    pullCounter(
      registry,
      { name: `playstream_processor_${name}_total`, help, labelNames: ['processor'] },
      perProcessor(value),
    )
  registerTraffic(registry, all)
  registerStores(registry, all)
  registerCounts(registry, all)
  count('transactions_committed', 'Committed transactions.', ({ transactions }) => transactions)
  count('transactions_aborted', 'Aborted transactions.', ({ aborts }) => aborts)
  count(
    'transactions_fenced',
    'Aborted transactions of partitions that another process had taken over.',
    ({ fencings }) => fencings,
  )
  count('restores', 'Partitions whose stores were read back from their changelogs.', (one) => one.restores)
  count('restored_entries', 'Store entries that restores read back.', (one) => one.restoredEntries)
  count('restore_seconds', 'The time of all restores together.', ({ restoreMs }) => restoreMs / 1000)
  pullGauge(
    registry,
    {
      name: 'playstream_processor_partitions',
      help: 'Partitions assigned to this process; 0 on a standby, absent outside the group.',
      labelNames: ['processor'],
    },
    () =>
      all.flatMap(([processor, { partitions }]) =>
        partitions === undefined ? [] : [[{ processor }, partitions] as const],
      ),
  )
  pullGauge(
    registry,
    {
      name: 'playstream_processor_info',
      help: 'The Kafka client that a processor runs on; always 1.',
      labelNames: ['processor', 'client'],
    },
    () => all.map(([processor]) => [{ processor, client }, 1]),
  )
  observeCommits(registry, all)
}

type All = readonly (readonly [ProcessorName, ProcessorMetrics])[]

function registerTraffic(registry: Registry, all: All): void {
  const add = (
    name: string,
    help: string,
    topics: (metrics: ProcessorMetrics) => ReadonlyMap<string, Traffic>,
    value: (traffic: Traffic) => number,
  ) =>
    pullCounter(
      registry,
      { name: `playstream_processor_${name}_total`, help, labelNames: ['processor', 'topic'] },
      () =>
        all.flatMap(([processor, metrics]) =>
          [...topics(metrics)].map(([topic, traffic]) => [{ processor, topic }, value(traffic)] as const),
        ),
    )
  const input = (metrics: ProcessorMetrics) => metrics.input
  const output = (metrics: ProcessorMetrics) => metrics.output
  add('input_records', 'Records read, by topic.', input, ({ records }) => records)
  add('input_bytes', 'Bytes of the keys and values read, by topic.', input, ({ bytes }) => bytes)
  add('output_records', 'Records written, by topic: changelogs too.', output, ({ records }) => records)
  add('output_bytes', 'Bytes of the keys and values written, by topic.', output, ({ bytes }) => bytes)
}

function registerStores(registry: Registry, all: All): void {
  const add = (name: string, help: string, value: (size: StoreSize) => number) =>
    pullGauge(
      registry,
      { name: `playstream_processor_store_${name}`, help, labelNames: ['processor', 'store'] },
      () =>
        all.flatMap(([processor, metrics]) =>
          [...metrics.storeSizes()].map(([store, size]) => [{ processor, store }, value(size)] as const),
        ),
    )
  add('entries', 'Entries in a store.', ({ entries }) => entries)
  add('bytes', 'Memory of a store, with what is allocated for more entries.', ({ bytes }) => bytes)
  add('live_bytes', 'Memory that the entries of a store themselves take.', ({ liveBytes }) => liveBytes)
}

function registerCounts(registry: Registry, all: All): void {
  pullCounter(
    registry,
    {
      name: 'playstream_processor_dead_letters_total',
      help: 'Records that went to the dead letters, by reason.',
      labelNames: ['processor', 'reason'],
    },
    () =>
      all.flatMap(([processor, { deadLetters }]) =>
        [...deadLetters].map(([reason, records]) => [{ processor, reason }, records] as const),
      ),
  )
  pullCounter(
    registry,
    {
      name: 'playstream_duplicates_total',
      help: 'Records that a de-duplication suppressed.',
      labelNames: ['processor'],
    },
    () =>
      countedAs(all, (name) => name === DUPLICATE).map(({ processor, records }) => [{ processor }, records]),
  )
  pullCounter(
    registry,
    {
      name: 'playstream_processor_counted_total',
      help: 'What else a processor counted, by the name that it gave.',
      labelNames: ['processor', 'name'],
    },
    () =>
      countedAs(all, (name) => name !== DUPLICATE).map(({ processor, name, records }) => [
        { processor, name },
        records,
      ]),
  )
}

function countedAs(all: All, isWanted: (name: string) => boolean) {
  return all.flatMap(([processor, { counters }]) =>
    [...counters].filter(([name]) => isWanted(name)).map(([name, records]) => ({ processor, name, records })),
  )
}

function observeCommits(registry: Registry, all: All): void {
  const registers = [registry]
  const labelNames = ['processor'] as const
  const duration = new Histogram({
    name: 'playstream_processor_commit_duration_seconds',
    help: 'The time of a transaction from begin to commit.',
    labelNames,
    buckets: DURATIONS,
    registers,
  })
  const latency = new Histogram({
    name: 'playstream_processor_added_latency_seconds',
    help: 'How long before its commit the oldest record of a transaction was appended to the input.',
    labelNames,
    buckets: LATENCIES,
    registers,
  })
  for (const [processor, metrics] of all) {
    metrics.onCommit(({ ms, latencyMs }) => {
      duration.observe({ processor }, ms / 1000)
      if (latencyMs !== undefined) latency.observe({ processor }, latencyMs / 1000)
    })
  }
}

/** Why the processors are not ready for work; undefined if they are. A standby, without partitions, is ready. */
export function processorsNotReady({ processors }: RunningProcessors): string | undefined {
  for (const [name, { partitions, restoring }] of Object.entries(processors)) {
    if (restoring > 0) return `${name} is restoring its stores`
    if (partitions === undefined) return `${name} has no assignment from its group`
  }
  return undefined
}
