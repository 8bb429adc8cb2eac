import { setTimeout as sleep } from 'node:timers/promises'
import { findErrorBy } from '@platformatic/kafka'
import type { Profile } from '../profile/profile.ts'
import type { StreamRecord } from '../protocol/record.ts'
import { ClusterOffsetsReader } from './cluster-offsets.ts'
import { CommittedReader } from './committed-reader.ts'

/** A topic to follow, and from where. */
export interface Tail {
  readonly topic: string
  /** `start`: all that the topic holds; `end`: what comes from now on. */
  readonly from: 'start' | 'end'
  /**
   * Gets committed records, each partition's in order.
   * @param fresh how many of them, the last ones, were written since the tail began
   */
  readonly onRecords: (records: readonly StreamRecord[], fresh: number) => void
}

const WAIT_MS = 500
const RETRY_MS = 1_000
/** How often to look for new partitions, in ms. */
const LOOK_MS = 30_000
const PARTITION_BYTES = 1024 * 1024

/**
 * Follows topics, committed records only, without a consumer group: nothing is left behind on the cluster. A topic that
 * does not exist yet is followed once it does. A cluster that does not answer is asked again.
 */
export class TopicTails {
  readonly #profile: Profile
  readonly #application: string
  readonly #warn: (line: string) => void

  constructor(profile: Profile, application: string, warn: (line: string) => void) {
    this.#profile = profile
    this.#application = application
    this.#warn = warn
  }

  /**
   * Follows until the signal is aborted.
   * @param onFollowing called once every topic that exists is followed from its first position
   */
  async run(
    tails: readonly Tail[],
    signal: AbortSignal,
    onFollowing: () => void = () => undefined,
  ): Promise<void> {
    const offsets = new ClusterOffsetsReader(this.#profile, this.#application)
    try {
      const begun = new Set<Tail>()
      await Promise.all(
        tails.map((tail) =>
          this.#follow(tail, offsets, signal, () => {
            begun.add(tail)
            if (begun.size === tails.length) onFollowing()
          }),
        ),
      )
    } finally {
      await offsets.close()
    }
  }

  async #follow(
    { topic, from, onRecords }: Tail,
    offsets: ClusterOffsetsReader,
    signal: AbortSignal,
    onBegun: () => void,
  ): Promise<void> {
    const reader = new CommittedReader(this.#profile, this.#application)
    const positions = new Map<number, number>()
    /** Where each partition ended when the tail began. */
    const begins = new Map<number, number>()
    let isFirst = true
    let lookedAt = Number.NEGATIVE_INFINITY
    let warned = ''
    while (!signal.aborted) {
      try {
        if (performance.now() - lookedAt > LOOK_MS || positions.size === 0) {
          const ends = await offsets.endsOf(topic)
          for (const [partition, { start, stable }] of ends.entries()) {
            if (isFirst) begins.set(partition, stable)
            // A topic or partition that is created while the tail runs is followed from its start.
            if (!positions.has(partition))
              positions.set(partition, from === 'end' && isFirst ? stable : start)
          }
          lookedAt = performance.now()
          if (isFirst) onBegun()
          isFirst = false
        }
        if (positions.size === 0) await sleep(RETRY_MS, undefined, { signal })
        else
          await this.#read(reader, topic, positions, (partition, records) => {
            const begin = begins.get(partition) ?? 0
            onRecords(records, records.filter(({ offset }) => offset >= begin).length)
          })
        warned = ''
      } catch (error) {
        if (signal.aborted) break
        const line = `following ${topic}: ${(error as Error).message}`
        if (line !== warned) this.#warn(line)
        warned = line
        // Retention deleted records beyond the position, or the topic was created again: continue at its start.
        if (findErrorBy(error as Error, 'apiId', 'OFFSET_OUT_OF_RANGE')) positions.clear()
        if (findErrorBy(error as Error, 'apiId', 'UNKNOWN_TOPIC_ID')) {
          positions.clear()
          begins.clear()
        }
        await sleep(RETRY_MS, undefined, { signal }).catch(() => undefined)
      }
    }
    await reader.close()
  }

  async #read(
    reader: CommittedReader,
    topic: string,
    positions: Map<number, number>,
    onRecords: (partition: number, records: readonly StreamRecord[]) => void,
  ): Promise<void> {
    const answers = await reader.read(topic, positions, { partitionBytes: PARTITION_BYTES, waitMs: WAIT_MS })
    for (const { partition, records, next } of answers) {
      positions.set(partition, next)
      if (records.length > 0) onRecords(partition, records)
    }
  }
}
