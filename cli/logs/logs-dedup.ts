import { processorNamed } from '../../catalog/processors.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { unlessAborted } from '../../kafka/unless-aborted.ts'
import { FILE_MEMORY_MS, logsDedup } from '../../observability/ship/dedup-processor.ts'
import { ProcessorMetrics } from '../../streams/runtime/metrics.ts'
import { DEFAULTS, startProcessor } from '../../streams/runtime/start-processor.ts'
import { untilCaughtUp } from '../../streams/runtime/until-caught-up.ts'

/** A running de-duplication of shipped lines. */
export interface LogsDedup {
  readonly metrics: ProcessorMetrics
  /** Aborts when the de-duplication has failed. To continue shipping would only fill its input. */
  readonly failed: AbortSignal
  /**
   * Waits until everything that is in the input at this moment is de-duplicated.
   * @throws the error that ended the de-duplication, or the reason of the signal, even while the broker does not answer
   */
  untilCaughtUp(signal: AbortSignal): Promise<void>
  /** Finishes the current transaction and stops. @throws the error that the de-duplication failed with */
  stop(): Promise<void>
}

/** Runs `logs-dedup` in this process. Shippers that run at the same time share the partitions of its input. */
export function startLogsDedup(profile: Profile, say: (line: string) => void): LogsDedup {
  const metrics = new ProcessorMetrics()
  const stopping = new AbortController()
  const failed = new AbortController()
  const running = startProcessor(logsDedup, profile, {
    ...DEFAULTS,
    retentionMs: FILE_MEMORY_MS,
    metrics,
    signal: stopping.signal,
    say,
  })
  running.then(
    () => failed.abort(new Error('logs-dedup has ended unexpectedly')),
    (error: Error) => {
      say(
        `logs-dedup failed: ${error.message}; the next logs ship --exactly-once continues with the lines in logs-shipped`,
      )
      failed.abort(error)
    },
  )
  return {
    metrics,
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
