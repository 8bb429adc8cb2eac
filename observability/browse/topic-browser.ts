import { topics } from '../../catalog/topics.ts'
import { ClusterOffsetsReader } from '../../kafka/clients/cluster-offsets.ts'
import { CommittedReader } from '../../kafka/clients/committed-reader.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { partitionOfKey } from '../../kafka/protocol/key-partition.ts'
import type { StreamRecord } from '../../kafka/protocol/record.ts'
import { parseExactNumbers, parseFilter } from './filter.ts'
import { parsePosition, rangesOf } from './range.ts'
import { RecordShower } from './record-shower.ts'
import { type Range, type ScanEnd, scan } from './scan.ts'
import type { Progress, ShownRecord } from './shown-record.ts'
import { type TailCount, tail } from './tail.ts'

/** What to look for. */
export interface Query {
  readonly topic: string
  /** Only records with this key, which are all in one partition. */
  readonly key?: string
  /** Only records whose value has this text in its bytes. A cheap look before the value is decoded. */
  readonly contains?: string
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
    const { topic, filter, limit, uncommitted = false } = query
    const isWanted = wantedBy(filter)
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
            const found = await this.#select(query, isWanted, records)
            const wanted = new Map(found.map((one) => [one.offset, one]))
            return records.map(({ offset }) => wanted.get(offset))
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

  /**
   * Hands over what is written from now on and matches the query, a sample where it is too much.
   * @throws FilterError, UnknownTopicError for a query that cannot be run; else if the cluster does not answer
   */
  async tail(
    query: Omit<Query, 'from' | 'to' | 'limit' | 'rest'>,
    {
      onHit,
      onCount,
    }: Pick<Listener, 'onHit'> & { readonly onCount: (count: TailCount) => void | Promise<void> },
    signal: AbortSignal,
  ): Promise<void> {
    const { topic, filter, uncommitted = false } = query
    const isWanted = wantedBy(filter)
    const ranges = await this.#ranges({ ...query, from: 'end', to: 'end', limit: 0 })
    const reader = new CommittedReader(this.#profile, 'dashboard')
    try {
      await tail(
        reader,
        {
          topic,
          positions: new Map([...ranges].map(([partition, { from }]) => [partition, from])),
          uncommitted,
          select: (records) => this.#select(query, isWanted, records),
          onHit: (hit) => onHit(hit as ShownRecord),
          onCount,
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

  /** The records that have the key and the text, and pass the filter. */
  async #select(
    { topic, key, contains }: Pick<Query, 'topic' | 'key' | 'contains'>,
    isWanted: ((json: string) => boolean) | undefined,
    records: readonly StreamRecord[],
  ): Promise<ShownRecord[]> {
    const own = records.filter(
      (record) =>
        (key === undefined || String(record.key) === key) &&
        (contains === undefined || record.value?.includes(contains)),
    )
    const shown = await this.#shower.show(topic, own, isWanted)
    return shown.filter((one) => one !== undefined)
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

/** Whether a value in JSON passes a filter; undefined without a filter. */
function wantedBy(filter: string | undefined): ((json: string) => boolean) | undefined {
  if (filter === undefined) return undefined
  const passes = parseFilter(filter)
  return (json) => passes(parseExactNumbers(json))
}
