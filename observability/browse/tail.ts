import type { CommittedReader } from '../../kafka/clients/committed-reader.ts'
import type { StreamRecord } from '../../kafka/protocol/record.ts'

/** Records since the tail began. */
export interface TailCount {
  readonly read: number
  /** Those that are wanted; of the records looked at only, if there is a filter. */
  readonly matched: number
  readonly shown: number
}

export interface TailOptions {
  readonly topic: string
  /** The offset of each partition to begin at. */
  readonly positions: ReadonlyMap<number, number>
  readonly uncommitted?: boolean
  /** Which of the records are wanted, and how they are shown. */
  readonly select: (records: readonly StreamRecord[]) => Promise<readonly unknown[]>
  readonly onHit: (hit: unknown) => void | Promise<void>
  readonly onCount: (count: TailCount) => void | Promise<void>
}

/** What a person can follow. */
const SHOWN_PER_SECOND = 20
const PARTITION_BYTES = 256 * 1024
const WAIT_MS = 500

/**
 * Hands over what is written to a topic from the given offsets on, until the signal is aborted. At most 20 records per second
 * are handed over, the latest of each answer; the counts say how many there were.
 * @throws if the cluster does not answer
 */
export async function tail(
  reader: CommittedReader,
  options: TailOptions,
  signal: AbortSignal,
): Promise<void> {
  const { topic, select, onHit, onCount } = options
  const positions = new Map(options.positions)
  let [read, matched, shown] = [0, 0, 0]
  let allowance = SHOWN_PER_SECOND
  let before = performance.now()
  while (!signal.aborted) {
    const answers = await reader.read(topic, positions, {
      partitionBytes: PARTITION_BYTES,
      waitMs: WAIT_MS,
      uncommitted: options.uncommitted ?? false,
    })
    const now = performance.now()
    allowance = Math.min(SHOWN_PER_SECOND, allowance + ((now - before) / 1000) * SHOWN_PER_SECOND)
    before = now
    for (const { partition, records, next } of answers) {
      positions.set(partition, next)
      read += records.length
      if (records.length === 0) continue
      const wanted = await select(records)
      matched += wanted.length
      const share = Math.min(wanted.length, Math.ceil(allowance / answers.length), Math.floor(allowance))
      for (const hit of share > 0 ? wanted.slice(-share) : []) await onHit(hit)
      shown += share
      allowance -= share
    }
    if (!signal.aborted) await onCount({ read, matched, shown })
  }
}
