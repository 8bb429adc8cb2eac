import { topics } from '../../catalog/topics.ts'
import { ClusterOffsetsReader } from '../../kafka/clients/cluster-offsets.ts'
import { CommittedReader } from '../../kafka/clients/committed-reader.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { partitionOfKey } from '../../kafka/protocol/key-partition.ts'
import { parseExactNumbers, parseFilter } from './filter.ts'
import { parsePosition, rangesOf } from './range.ts'
import { type Progress, type Range, type ScanEnd, scan } from './scan.ts'
import { RecordShower, type ShownRecord } from './shown-record.ts'

/** What to look for. */
export interface Query {
  readonly topic: string
  /** Only records with this key, which are all in one partition. */
  readonly key?: string
  readonly partitions?: readonly number[]
  /** Positions, as `parsePosition` reads them. */
  readonly from: string
  readonly to: string
  /** A filter, as `parseFilter` reads it. */
  readonly filter?: string
  readonly limit: number
  readonly uncommitted?: boolean
  /** What an earlier scan left; instead of the positions. */
  readonly rest?: ReadonlyMap<number, Range>
}

export interface Listener {
  onHit(hit: ShownRecord): void | Promise<void>
  onProgress(progress: Progress): void
}

/** The cluster has no such topic. */
export class UnknownTopicError extends Error {
  override readonly name = 'UnknownTopicError'

  constructor(topic: string) {
    super(`the cluster has no topic '${topic}'`)
  }
}

/** Looks into topics: bounded, cancellable, without a consumer group. */
export class TopicBrowser {
  readonly #profile: Profile
  readonly #shower: RecordShower
  readonly #offsets: ClusterOffsetsReader

  constructor(profile: Profile) {
    this.#profile = profile
    this.#shower = new RecordShower(profile)
    this.#offsets = new ClusterOffsetsReader(profile, 'dashboard')
  }

  /**
   * Hands over what the query finds, as it is found.
   * @throws FilterError, PositionError, UnknownTopicError for a query that cannot be run; else if the cluster does not answer
   */
  async find(query: Query, { onHit, onProgress }: Listener, signal: AbortSignal): Promise<ScanEnd> {
    const { topic, key, filter, limit, uncommitted = false } = query
    const passes = filter === undefined ? undefined : parseFilter(filter)
    const isWanted = passes && ((json: string) => passes(parseExactNumbers(json)))
    const ranges = query.rest ?? (await this.#ranges(query))
    const reader = new CommittedReader(this.#profile, 'dashboard')
    try {
      return await scan(
        reader,
        {
          topic,
          ranges,
          limit,
          uncommitted,
          select: async (records) => {
            const own = key === undefined ? records : records.filter((record) => String(record.key) === key)
            const shown = await this.#shower.show(topic, own, isWanted)
            if (own.length === records.length) return shown
            const byOffset = new Map(shown.map((one) => [one?.offset, one]))
            return records.map(({ offset }) => byOffset.get(offset))
          },
          onHit: (hit) => onHit(hit as ShownRecord),
          onProgress,
        },
        signal,
      )
    } finally {
      await reader.close()
    }
  }

  async close(): Promise<void> {
    await this.#offsets.close()
  }

  async #ranges({
    topic,
    key,
    partitions,
    from,
    to,
    uncommitted = false,
  }: Query): Promise<Map<number, Range>> {
    const begin = parsePosition(from)
    const end = parsePosition(to)
    const { length } = await this.#offsets.endsOf(topic)
    if (length === 0) throw new UnknownTopicError(topic)
    const isKeyed = topics.find(({ name }) => name === topic)?.key !== undefined
    // Whoever wrote a foreign topic may have chosen partitions in another way: then every partition is read.
    const ofKey = key !== undefined && isKeyed ? [partitionOfKey(Buffer.from(key), length)] : undefined
    const wanted = ofKey ?? partitions
    return rangesOf(this.#offsets, topic, {
      from: begin,
      to: end,
      uncommitted,
      ...(wanted && { partitions: wanted }),
    })
  }
}
