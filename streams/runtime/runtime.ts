import type { ReadPartition } from '../../kafka/clients/partition-reader.ts'
import type { PayloadError } from '../../kafka/errors.ts'
import type { Batch, StreamHandler, StreamPort } from '../../kafka/stream/stream-port.ts'
import { type Meter, type StoreFigures, sumOf } from './meter.ts'
import type { Processor } from './processor.ts'
import { Task, type Topology } from './task.ts'

/** Below this a restore is over before one could read about it. */
const RESTORE_WORTH_SAYING = 50_000

export interface RuntimeOptions {
  readonly port: StreamPort
  readonly readPartition: ReadPartition
  /** Reads the input's values, for a processor that has them decoded: for each what it says, or why it cannot be read. */
  readonly decode?: (values: readonly (Buffer | null)[]) => Promise<readonly unknown[]>
  readonly meter: Meter
  readonly say: (line: string) => void
}

/**
 * Runs a processor over its input topic: a task for each partition that this process is given, its store restored from
 * the changelog when it comes and dropped when it goes. Returns when the signal is aborted and the transaction under way
 * is over.
 * @throws where no retry can help
 */
export async function runProcessor<V, E>(
  processor: Processor<V, E>,
  topology: Topology,
  options: RuntimeOptions,
  signal: AbortSignal,
): Promise<void> {
  const tasks = new Map<number, Task<V, E>>()
  const events = new Map<number, readonly (E | PayloadError)[]>()
  const { meter, decode } = options
  /** What the partitions held that were given back at the end. */
  const left: StoreFigures[] = []
  const figuresOf = ({ store }: Task<V, E>) => ({
    entries: store.size,
    liveBytes: store.liveBytes,
    bytes: store.bytes,
  })
  meter.stores = () => sumOf([...left, ...[...tasks.values()].map(figuresOf)])
  const handler: StreamHandler = {
    async onAssigned(partition, stop) {
      const task = new Task(processor, topology, partition)
      await restore(task, processor.name, topology, partition, options, stop)
      tasks.set(partition, task)
    },
    onRevoked(partition) {
      const task = tasks.get(partition)
      if (task && signal.aborted) left.push(figuresOf(task))
      tasks.delete(partition)
      events.delete(partition)
      meter.forget(partition)
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
        return task.process(records, events.get(partition), batch)
      })
    },
  }
  await options.port.run(handler, signal)
}

async function restore<V, E>(
  task: Task<V, E>,
  name: string,
  { changelog }: Topology,
  partition: number,
  { readPartition, meter, say }: RuntimeOptions,
  stop: AbortSignal,
): Promise<void> {
  if (changelog === undefined) return
  const started = performance.now()
  let saidAt = started
  await readPartition(
    changelog,
    partition,
    (records, { at, end }) => {
      task.restore(records)
      const now = performance.now()
      if (now - saidAt < 1_000) return
      saidAt = now
      say(`${name}: restoring partition ${partition}, ${at} of ${end}`)
    },
    stop,
  )
  meter.restores += 1
  meter.restoredEntries += task.store.size
  if (task.store.size >= RESTORE_WORTH_SAYING) {
    const seconds = ((performance.now() - started) / 1000).toFixed(1)
    say(`${name}: restored partition ${partition}, ${task.store.size} entries in ${seconds} s`)
  }
}
