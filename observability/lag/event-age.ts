import { CommittedReader } from '../../kafka/clients/committed-reader.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { takeEventTime } from '../../kafka/protocol/event-time-header.ts'
import type { GroupLag, PartitionLag } from './lag.ts'

/** How far before the committed offset to look for a record: the markers of transactions take offsets too. */
const LOOK_BACK = [8, 256]
/** A batch comes whole, however small this is. */
const PARTITION_BYTES = 1_024
/** A partition whose offset was committed within this time has news. */
const NEWS_MS = 20_000

interface LastEvent {
  readonly committed: number
  readonly eventTime: number | undefined
  /** When we saw the commit, in ms since the epoch. */
  readonly seenAt: number
}

/** Reads when the events that groups processed last happened, from the records before their committed offsets. */
export class EventAgeReader {
  readonly #reader: CommittedReader
  /** By group, then by topic and partition. */
  readonly #last = new Map<string, Map<string, LastEvent>>()

  constructor(profile: Profile, application: string) {
    this.#reader = new CommittedReader(profile, application)
  }

  /**
   * The age of what a group processed last, in ms: of the partitions that it committed lately, the one with the oldest
   * event; of a group that committed nothing lately, its newest event. Undefined if no record says when it happened.
   * @throws if the cluster does not answer
   */
  async read(
    { group, partitions }: Pick<GroupLag, 'group' | 'partitions'>,
    now: number,
  ): Promise<number | undefined> {
    const events: LastEvent[] = []
    const last = this.#last.get(group) ?? new Map<string, LastEvent>()
    this.#last.set(group, last)
    for (const [topic, ofTopic] of Map.groupBy(partitions, ({ topic }) => topic)) {
      events.push(...(await this.#eventsOf(last, topic, ofTopic, now)))
    }
    const known = events.filter(({ eventTime }) => eventTime !== undefined)
    if (known.length === 0) return undefined
    const news = known.filter(({ seenAt }) => now - seenAt <= NEWS_MS)
    const times = (news.length > 0 ? news : known).map(({ eventTime }) => eventTime as number)
    return now - (news.length > 0 ? Math.min(...times) : Math.max(...times))
  }

  /** Forgets the other groups: short-lived ones with random names would add up. */
  keepOnly(groups: readonly Pick<GroupLag, 'group'>[]): void {
    const names = new Set(groups.map(({ group }) => group))
    for (const group of this.#last.keys()) if (!names.has(group)) this.#last.delete(group)
  }

  async close(): Promise<void> {
    await this.#reader.close()
  }

  async #eventsOf(
    last: Map<string, LastEvent>,
    topic: string,
    partitions: readonly PartitionLag[],
    now: number,
  ): Promise<LastEvent[]> {
    const committed = new Map(
      partitions
        .filter(({ committed, start }) => committed !== undefined && committed > start)
        .map(({ partition, committed }) => [partition, committed as number]),
    )
    const starts = new Map(partitions.map(({ partition, start }) => [partition, start]))
    let wanted = [...committed].filter(([partition, offset]) => {
      return last.get(`${topic}/${partition}`)?.committed !== offset
    })
    for (const lookBack of LOOK_BACK) {
      if (wanted.length === 0) break
      const from = new Map(
        wanted.map(([partition, offset]) => [
          partition,
          Math.max(starts.get(partition) ?? 0, offset - lookBack),
        ]),
      )
      const answers = await this.#reader.read(topic, from, { partitionBytes: PARTITION_BYTES, waitMs: 0 })
      const found = new Map(answers.map(({ partition, records }) => [partition, records]))
      wanted = wanted.filter(([partition, offset]) => {
        const record = found.get(partition)?.findLast((one) => one.offset < offset)
        const eventTime = record && takeEventTime(record).eventTime
        last.set(`${topic}/${partition}`, { committed: offset, eventTime, seenAt: now })
        return record === undefined
      })
    }
    return [...committed.keys()].flatMap((partition) => last.get(`${topic}/${partition}`) ?? [])
  }
}
