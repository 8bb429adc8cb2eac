import { findErrorBy } from '@platformatic/kafka'
import type { CommittedReader } from '../../kafka/clients/committed-reader.ts'
import type { StreamRecord } from '../../kafka/protocol/record.ts'
import type { Progress } from './shown-record.ts'

/** From an offset on, up to but not including another. */
export interface Range {
  readonly from: number
  readonly to: number
}

export interface ScanOptions {
  readonly topic: string
  /** What to read of each partition. */
  readonly ranges: ReadonlyMap<number, Range>
  /** Stop after so many hits. */
  readonly limit: number
  /** Also records of transactions that are open or were aborted. */
  readonly uncommitted?: boolean
  /** Which of the records are wanted, and how they are shown. Gets the records of one partition in their order. */
  readonly select: (records: readonly StreamRecord[]) => Promise<readonly (unknown | undefined)[]>
  readonly onHit: (hit: unknown) => void | Promise<void>
  readonly onProgress: (progress: Progress) => void
}

/** How a scan ended. */
export interface ScanEnd extends Progress {
  /** Where to go on: what is left of the ranges. Empty if everything was read. */
  readonly rest: ReadonlyMap<number, Range>
}

const PARTITION_BYTES = 256 * 1024
const WAIT_MS = 100
/** How many records are looked at between two looks at the signal. */
const SLICE = 500

/**
 * Reads ranges of a topic, each partition in order, and hands over the wanted records as they are found. Holds one fetch
 * in memory, however much it reads. Stops within a slice of records when the signal is aborted.
 * @throws if the cluster does not answer
 */
export async function scan(
  reader: CommittedReader,
  options: ScanOptions,
  signal: AbortSignal,
): Promise<ScanEnd> {
  const { topic, limit, select, onHit, onProgress } = options
  const rest = new Map([...options.ranges].filter(([, { from, to }]) => from < to))
  const total = sizeOf(rest)
  let scanned = 0
  let hits = 0
  const progress = () => ({ scanned, hits, passed: total - sizeOf(rest), total })
  while (rest.size > 0 && hits < limit && !signal.aborted) {
    const positions = new Map([...rest].map(([partition, { from }]) => [partition, from]))
    const answers = await reader
      .read(topic, positions, {
        partitionBytes: PARTITION_BYTES,
        waitMs: WAIT_MS,
        uncommitted: options.uncommitted ?? false,
      })
      .catch((error: Error) => {
        if (findErrorBy(error, 'apiId', 'OFFSET_OUT_OF_RANGE')) throw new GoneError(topic)
        throw error
      })
    for (const { partition, records, next } of answers) {
      const range = rest.get(partition)
      if (!range) continue
      const wanted = records.filter(({ offset }) => offset < range.to)
      let at = range.from
      for (let begin = 0; begin < wanted.length && hits < limit && !signal.aborted; begin += SLICE) {
        const slice = wanted.slice(begin, begin + SLICE)
        const shown = await select(slice)
        for (const [index, record] of slice.entries()) {
          if (hits === limit) break
          at = record.offset + 1
          scanned += 1
          if (shown[index] === undefined) continue
          hits += 1
          await onHit(shown[index])
        }
      }
      const isWhole = hits < limit && !signal.aborted
      const from = isWhole ? next : at
      if (from >= range.to) rest.delete(partition)
      else rest.set(partition, { from, to: range.to })
      if (!isWhole) break
    }
    onProgress(progress())
  }
  return { ...progress(), rest }
}

/** The records were deleted while they were read. */
export class GoneError extends Error {
  override readonly name = 'GoneError'

  constructor(topic: string) {
    super(`${topic} no longer holds these offsets: retention deleted them; begin at its start`)
  }
}

function sizeOf(ranges: ReadonlyMap<number, Range>): number {
  let sum = 0
  for (const { from, to } of ranges.values()) sum += to - from
  return sum
}
