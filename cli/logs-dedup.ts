import { setTimeout as sleep } from 'node:timers/promises'
import { groupOf } from '../catalog/groups.ts'
import { processorNamed } from '../catalog/processors.ts'
import { endOffsets } from '../kafka/offsets.ts'
import type { Profile } from '../kafka/profile.ts'
import { connectAdmin } from '../kafka/reachable.ts'
import { FILE_MEMORY_MS, logsDedup } from '../observability/ship/dedup-processor.ts'
import { Meter } from '../streams/meter.ts'
import { DEFAULTS, startProcessor } from '../streams/start-processor.ts'

const POLL_MS = 100

/** The de-duplication that runs beside a shipper. */
export interface LogsDedup {
  /** Aborted where it ended for good: shipping on would only fill its input. */
  readonly failed: AbortSignal
  /** Returns when all that its input holds by now is de-duplicated. */
  drained(): Promise<void>
  /** Finishes the transaction under way. @throws what it failed with */
  stop(): Promise<void>
}

/** Runs `logs-dedup` in this process. Shippers that run at the same time share its partitions. */
export function startLogsDedup(profile: Profile, say: (line: string) => void): LogsDedup {
  const stopping = new AbortController()
  const failed = new AbortController()
  const running = startProcessor(logsDedup, profile, {
    ...DEFAULTS,
    retentionMs: FILE_MEMORY_MS,
    meter: new Meter(),
    signal: stopping.signal,
    say,
  })
  running.catch((error: Error) => failed.abort(error))
  return {
    failed: failed.signal,
    drained: () => drained(profile, failed.signal),
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}

async function drained(profile: Profile, failed: AbortSignal): Promise<void> {
  const processor = processorNamed(logsDedup.name)
  const admin = await connectAdmin(profile, processor.application)
  try {
    const goal = await endOffsets(admin, processor.input)
    for (;;) {
      failed.throwIfAborted()
      const [committed] = await admin.fetchOffsets({ groupId: groupOf(processor), topics: [processor.input] })
      const offsets = new Map(
        committed?.partitions.map(({ partition, offset }) => [partition, Number(offset)]),
      )
      if ([...goal].every(([partition, end]) => Number(end) <= Math.max(0, offsets.get(partition) ?? 0)))
        return
      await sleep(POLL_MS)
    }
  } finally {
    await admin.disconnect()
  }
}
