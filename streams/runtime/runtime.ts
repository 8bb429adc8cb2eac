import type { ReadPartition } from '../../kafka/clients/partition-reader.ts'
import type { PayloadError } from '../../kafka/errors.ts'
import type { Batch, StreamHandler, StreamPort } from '../../kafka/stream/stream-port.ts'
import { type ProcessorMetrics, type StoreSize, sumByStore } from './metrics.ts'
import type { NoStores, Processor } from './processor.ts'
import { Task } from './task.ts'
import type { Topology } from './topology.ts'

/** A smaller restore is over before anybody could read about it. */
const REPORTED_ENTRIES = 50_000

export interface RuntimeOptions {
  readonly port: StreamPort
  readonly readPartition: ReadPartition
  /** Decodes the input's values, for a processor that needs them decoded: the content of each, or why it cannot be read. */
  readonly decode?: (values: readonly (Buffer | null)[]) => Promise<readonly unknown[]>
  readonly metrics: ProcessorMetrics
  readonly say: (line: string) => void
}

/**
 * Runs a processor over its input topic: a task for each partition that is assigned to this process, its stores restored from
 * their changelogs when the partition comes and dropped when it goes. Returns when the signal is aborted and the transaction
 * under way is over.
 * @throws where no retry can help
 */
export async function runProcessor<V, E, S = NoStores>(
  processor: Processor<V, E, S>,
  topology: Topology,
  options: RuntimeOptions,
  signal: AbortSignal,
): Promise<void> {
  const tasks = new Map<number, Task<V, E, S>>()
  const events = new Map<number, readonly (E | PayloadError)[]>()
  const { metrics, decode } = options
  /** The sizes of the stores of partitions that were given back at the end. */
  const left: ReadonlyMap<string, StoreSize>[] = []
  metrics.storeSizes = () => sumByStore([...left, ...[...tasks.values()].map((task) => task.sizes())])
  const handler: StreamHandler = {
    async onAssigned(partition, stop) {
      const task = new Task(processor, topology, partition)
      metrics.restoring += 1
      await restore(task, processor.name, topology, partition, options, stop).finally(() => {
        metrics.restoring -= 1
      })
      tasks.set(partition, task)
    },
    onRevoked(partition) {
      const task = tasks.get(partition)
      if (task && signal.aborted) left.push(task.sizes())
      tasks.delete(partition)
      events.delete(partition)
      metrics.forget(partition)
    },
    ...(decode && {
      async prepare(batches: readonly Batch[]) {
        for (const { partition, records } of batches) {
          const decoded = await decode(records.map(({ value }) => value))
          events.set(partition, decoded as readonly (E | PayloadError)[])
        }
      },
    }),
    process(batches) {
      return batches.flatMap((batch) => {
        const { partition, records } = batch
        const task = tasks.get(partition)
        if (!task) throw new Error(`a batch of partition ${partition} came before it was opened`)
        const output = task.process(records, events.get(partition), batch)
        metrics.processed(batch, { input: topology.input, records, output, ...task.outcome })
        return output
      })
    },
  }
  await options.port.run(handler, signal)
}

async function restore<V, E, S>(
  task: Task<V, E, S>,
  name: string,
  { changelogs }: Topology,
  partition: number,
  { readPartition, metrics, say }: RuntimeOptions,
  stop: AbortSignal,
): Promise<void> {
  if (Object.keys(changelogs).length === 0) return
  const started = performance.now()
  let saidAt = started
  for (const [store, changelog] of Object.entries(changelogs)) {
    await readPartition(
      changelog,
      partition,
      (records, { at, end }) => {
        task.restore(records, store)
        const now = performance.now()
        if (now - saidAt < 1_000) return
        saidAt = now
        say(`${name}: restoring partition ${partition} from ${changelog}, ${at} of ${end}`)
      },
      stop,
    )
  }
  const ms = performance.now() - started
  const entries = [...task.sizes().values()].reduce((sum, size) => sum + size.entries, 0)
  metrics.restored(entries, ms)
  if (entries >= REPORTED_ENTRIES)
    say(`${name}: restored partition ${partition}, ${entries} entries in ${(ms / 1000).toFixed(1)} s`)
}
