import { processorNamed } from '../../catalog/processors.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { unlessAborted } from '../../kafka/unless-aborted.ts'
import { FILE_MEMORY_MS, logsDedup } from '../../observability/ship/dedup-processor.ts'
import { ProcessorMetrics } from '../../streams/runtime/metrics.ts'
import { DEFAULTS, startProcessor } from '../../streams/runtime/start-processor.ts'
import { untilCaughtUp } from '../../streams/runtime/until-caught-up.ts'

/** The de-duplication that runs beside a shipper. */
export interface LogsDedup {
  /** Aborted where it ended for good: shipping on would only fill its input. */
  readonly failed: AbortSignal
  /**
   * Returns when all that its input holds by now is de-duplicated.
   * @throws what it ended with, or the signal's reason, whatever the broker answers
   */
  untilCaughtUp(signal: AbortSignal): Promise<void>
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
    metrics: new ProcessorMetrics(),
    signal: stopping.signal,
    say,
  })
  running.then(
    () => failed.abort(new Error('logs-dedup has ended')),
    (error: Error) => {
      say(
        `logs-dedup gave up: ${error.message}; the next shipper with --exactly-once goes on with what is in its input`,
      )
      failed.abort(error)
    },
  )
  return {
    failed: failed.signal,
    untilCaughtUp: (signal) => {
      const ended = AbortSignal.any([failed.signal, signal])
      return unlessAborted(ended, drain(profile, ended))
    },
    stop: async () => {
      stopping.abort()
      await running
    },
  }
}

async function drain(profile: Profile, failed: AbortSignal): Promise<void> {
  const admin = await connectAdmin(profile, processorNamed(logsDedup.name).application)
  await untilCaughtUp(admin, logsDedup.name, failed).finally(() => admin.disconnect())
}
