import type { Admin } from 'kafkajs'
import { groupOf } from '../../catalog/groups.ts'
import { type ProcessorName, processorNamed } from '../../catalog/processors.ts'
import { becomesTrue } from '../../kafka/becomes-true.ts'
import { stableOffsets } from '../../kafka/clients/offsets.ts'

const POLL_MS = 100

/**
 * Waits until a processor, in any process, has committed its input up to the last stable offset as of the call.
 * @throws the signal's reason if aborted
 */
export async function untilCaughtUp(admin: Admin, name: ProcessorName, signal: AbortSignal): Promise<void> {
  const processor = processorNamed(name)
  const goal = await stableOffsets(admin, processor.input)
  const isCaughtUp = async () => {
    const [committed] = await admin.fetchOffsets({ groupId: groupOf(processor), topics: [processor.input] })
    const offsets = new Map(committed?.partitions.map(({ partition, offset }) => [partition, Number(offset)]))
    // -1: the group has no committed offset, for example because the partition was always empty.
    return [...goal].every(([partition, end]) => Number(end) <= Math.max(0, offsets.get(partition) ?? 0))
  }
  await becomesTrue(isCaughtUp, { everyMs: POLL_MS, signal })
}
