import { SteadyConsumer } from '../platformatic/known-topics.ts'
import { PlatformaticFetcher } from '../platformatic/platformatic-fetcher.ts'
import { platformaticOptions } from '../platformatic/platformatic-options.ts'
import type { Profile } from '../profile/profile.ts'
import type { StreamRecord } from '../protocol/record.ts'

const LATEST = -1n
const EARLIEST = -2n
const READ_UNCOMMITTED = 0
const WAIT_MS = 100

/** Reads the committed records of one partition, from its beginning to its current end. */
export type ReadPartition = (
  topic: string,
  partition: number,
  onRecords: (
    records: readonly StreamRecord[],
    progress: { readonly at: number; readonly end: number },
  ) => void,
  signal: AbortSignal,
) => Promise<void>

/**
 * Reads whole partitions with @platformatic/kafka, each on connections of its own. The end is the high watermark as of the
 * call. If a transaction is open below it, reading waits until the transaction ends, so that its records are either read now
 * or never committed.
 */
export function partitionReader(profile: Profile, application: string): ReadPartition {
  const options = platformaticOptions(profile, application)
  return async (topic, partition, onRecords, signal) => {
    const consumer = new SteadyConsumer({ ...options, groupId: `${application}-restore`, autocommit: false })
    const fetcher = new PlatformaticFetcher(consumer, options.clientId, options)
    const limit = async (timestamp: bigint) => {
      const partitions = { [topic]: [partition] }
      const offsets = await consumer.listOffsets({
        topics: [topic],
        partitions,
        timestamp,
        isolationLevel: READ_UNCOMMITTED,
      })
      return Number(offsets.get(topic)?.[partition] ?? 0n)
    }
    try {
      const end = await limit(LATEST)
      let at = await limit(EARLIEST)
      while (at < end) {
        signal.throwIfAborted()
        for (const { records, next } of await fetcher.fetch(topic, new Map([[partition, at]]), WAIT_MS)) {
          at = next
          onRecords(records, { at, end })
        }
      }
    } finally {
      await fetcher.close()
      await consumer.close(true)
    }
  }
}
