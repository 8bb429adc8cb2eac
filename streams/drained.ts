import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin } from 'kafkajs'
import { groupOf } from '../catalog/groups.ts'
import { processorNamed } from '../catalog/processors.ts'
import { endOffsets } from '../kafka/offsets.ts'

const POLL_MS = 100

/**
 * Returns when a processor, in whatever process it runs, has committed all that its input holds by now.
 * @param name the one that catalog/processors.ts declares it by
 * @throws the signal's reason
 */
export async function drained(admin: Admin, name: string, signal: AbortSignal): Promise<void> {
  const processor = processorNamed(name)
  const goal = await endOffsets(admin, processor.input)
  for (;;) {
    signal.throwIfAborted()
    const [committed] = await admin.fetchOffsets({ groupId: groupOf(processor), topics: [processor.input] })
    const offsets = new Map(committed?.partitions.map(({ partition, offset }) => [partition, Number(offset)]))
    // A partition that has had no record has no offset, which is told as -1.
    if ([...goal].every(([partition, end]) => Number(end) <= Math.max(0, offsets.get(partition) ?? 0))) return
    await sleep(POLL_MS)
  }
}
