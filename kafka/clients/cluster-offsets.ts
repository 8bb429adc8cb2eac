import { Admin, findErrorBy } from '@platformatic/kafka'
import pRetry from 'p-retry'
import { platformaticOptions } from '../platformatic/platformatic-options.ts'
import type { Profile } from '../profile/profile.ts'

/** Where one partition begins and ends. Exact up to 2^53. */
export interface PartitionEnds {
  readonly start: number
  /** The last stable offset: no transaction below this offset is still open. A read_committed consumer reads up to here. */
  readonly stable: number
  readonly highWatermark: number
}

export interface GroupState {
  /** The group's state as the broker names it: `Stable`, `Empty`, `PreparingRebalance`, `CompletingRebalance` or `Dead`. */
  readonly state: string
  readonly members: number
  /** The committed offset of each partition, by topic. Partitions without one are absent. */
  readonly committed: ReadonlyMap<string, ReadonlyMap<number, number>>
}

/** The offsets of a cluster at one moment. */
export interface ClusterOffsets {
  /** The ends of each topic's partitions, in partition order. */
  readonly topics: ReadonlyMap<string, readonly PartitionEnds[]>
  readonly groups: ReadonlyMap<string, GroupState>
}

const EARLIEST = -2n
const LATEST = -1n
const READ_UNCOMMITTED = 0
const READ_COMMITTED = 1

/**
 * Reads the offsets of all topics and consumer groups of a cluster, each kind with one request per broker, so that a
 * reading once per second costs the cluster next to nothing. Internal topics are left out.
 */
export class ClusterOffsetsReader {
  readonly #admin: Admin

  constructor(profile: Profile, application: string) {
    this.#admin = new Admin(platformaticOptions(profile, application))
  }

  /**
   * Committed offsets are read before end offsets: both only grow, so no lag is negative.
   * @param alsoGroups groups to report even though the cluster does not know them (yet)
   * @throws if a broker does not answer
   */
  async read(alsoGroups: readonly string[] = []): Promise<ClusterOffsets> {
    const groups = await this.#groups(alsoGroups)
    const topics = await pRetry(async () => this.#topics(await this.#admin.listTopics()), {
      retries: 5,
      minTimeout: 50,
      // A topic was created or deleted since the list was made; its partitions have no leader for a moment.
      shouldRetry: ({ error }) => /Unknown topic/.test(error.message) || isTransient(error),
    })
    return { topics, groups }
  }

  /** The ends of a topic's partitions, in partition order; none for a topic that does not exist. */
  async endsOf(topic: string): Promise<readonly PartitionEnds[]> {
    const exists = (await this.#admin.listTopics()).includes(topic)
    return exists ? ((await this.#topics([topic])).get(topic) ?? []) : []
  }

  /**
   * The offset of each partition's first record whose timestamp is the given one or later; partitions without one are
   * absent.
   * @param timestamp ms since the epoch
   */
  async offsetsAt(topic: string, timestamp: number): Promise<ReadonlyMap<number, number>> {
    const { topics } = await this.#admin.metadata({ topics: [topic], forceUpdate: true })
    const found = (await this.#list(topics, BigInt(timestamp), READ_UNCOMMITTED)).get(topic)
    return new Map([...(found ?? [])].filter(([, offset]) => offset >= 0))
  }

  async close(): Promise<void> {
    await this.#admin.close()
  }

  async #groups(alsoGroups: readonly string[]): Promise<Map<string, GroupState>> {
    const known = await this.#admin.listGroups()
    const names = [...new Set([...alsoGroups, ...known.keys()])]
    if (names.length === 0) return new Map()
    const [described, committed] = await Promise.all([
      known.size === 0 ? new Map() : this.#admin.describeGroups({ groups: [...known.keys()] }),
      this.#admin.listConsumerGroupOffsets({ groups: names }),
    ])
    return new Map(
      committed.map(({ groupId, topics }) => [
        groupId,
        {
          state: described.get(groupId)?.state ?? 'Dead',
          members: described.get(groupId)?.members.size ?? 0,
          committed: new Map(
            topics.map(({ name, partitions }) => [
              name,
              new Map(
                partitions
                  .filter(({ committedOffset }) => committedOffset >= 0n)
                  .map(({ partitionIndex, committedOffset }) => [partitionIndex, Number(committedOffset)]),
              ),
            ]),
          ),
        },
      ]),
    )
  }

  async #topics(names: string[]): Promise<Map<string, PartitionEnds[]>> {
    if (names.length === 0) return new Map()
    const { topics } = await this.#admin.metadata({ topics: names, forceUpdate: true })
    const [starts, stables, highs] = await Promise.all([
      this.#list(topics, EARLIEST, READ_UNCOMMITTED),
      this.#list(topics, LATEST, READ_COMMITTED),
      this.#list(topics, LATEST, READ_UNCOMMITTED),
    ])
    return new Map(
      [...topics].map(([name, { partitionsCount }]) => [
        name,
        Array.from({ length: partitionsCount }, (_, partition) => ({
          start: starts.get(name)?.get(partition) ?? 0,
          stable: stables.get(name)?.get(partition) ?? 0,
          highWatermark: highs.get(name)?.get(partition) ?? 0,
        })),
      ]),
    )
  }

  /** An offset of each partition of topics, with one request per broker. */
  async #list(
    topics: ReadonlyMap<string, { readonly partitionsCount: number }>,
    timestamp: bigint,
    isolationLevel: 0 | 1,
  ): Promise<Map<string, Map<number, number>>> {
    const listed = await this.#admin.listOffsets({
      topics: [...topics].map(([name, { partitionsCount }]) => ({
        name,
        partitions: Array.from({ length: partitionsCount }, (_, partitionIndex) => ({
          partitionIndex,
          timestamp,
        })),
      })),
      isolationLevel,
    })
    return new Map(
      listed.map(({ name, partitions }) => [
        name,
        new Map(partitions.map(({ partitionIndex, offset }) => [partitionIndex, Number(offset)])),
      ]),
    )
  }
}

function isTransient(error: Error): boolean {
  return ['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE', 'NOT_LEADER_OR_FOLLOWER'].some((id) =>
    findErrorBy(error, 'apiId', id),
  )
}
