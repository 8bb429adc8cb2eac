// Time to restore a store from its changelog, and memory per id.
import { partitionReader } from '../kafka/clients/partition-reader.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { dedup } from '../streams/processors/dedup.ts'
import { Task } from '../streams/runtime/task.ts'
import { type Measurement, measurementOf } from './measure.ts'

const RUNS = 3
const RETENTION_MS = 24 * 60 * 60 * 1000

/** Restores all partitions of a de-duplication changelog, one after the other as the runtime does. */
export async function benchRestore(
  profile: Profile,
  changelog: string,
  partitions: number,
): Promise<Measurement[]> {
  const seconds: number[] = []
  const bytesPerId: number[] = []
  let ids = 0
  for (let run = 0; run < RUNS; run += 1) {
    const started = performance.now()
    const tasks = await restoreAll(profile, changelog, partitions)
    seconds.push((performance.now() - started) / 1000)
    ids = tasks.reduce((sum, { store }) => sum + store.size, 0)
    bytesPerId.push(tasks.reduce((sum, { store }) => sum + store.bytes, 0) / ids)
  }
  return [
    measurementOf(`restore of ${ids.toLocaleString('en-US')} ids`, 's', seconds),
    measurementOf('memory of the store for each id', 'bytes', bytesPerId),
  ]
}

async function restoreAll(profile: Profile, changelog: string, partitions: number) {
  const read = partitionReader(profile, 'bench')
  const tasks = []
  for (let partition = 0; partition < partitions; partition += 1) {
    const task = new Task(
      dedup({ retentionMs: RETENTION_MS, mode: 'fixed' }),
      {
        input: 'none',
        deadLetters: 'none',
        changelogs: { main: changelog },
        retentionMs: RETENTION_MS,
        route: nowhere,
      },
      partition,
    )
    await read(changelog, partition, (records) => task.restore(records), new AbortController().signal)
    tasks.push(task)
  }
  return tasks
}

function nowhere(): never {
  throw new Error('a restore sends nothing')
}
