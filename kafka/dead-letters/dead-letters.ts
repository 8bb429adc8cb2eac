import type { Admin } from 'kafkajs'
import { REPLAYER, replayGroup } from '../../catalog/groups.ts'
import { deadLettersOf, processors } from '../../catalog/processors.ts'
import { beginningOffsets, type Offsets, stableOffsets } from '../clients/offsets.ts'
import { Reader } from '../clients/topic-follower.ts'
import type { Warn } from '../kafkajs/kafkajs-client.ts'
import type { Profile } from '../profile/profile.ts'
import { type DeadLetter, deadLetterOf } from './dead-letter.ts'

/** A dead-letter topic, and the topic whose unprocessable records it holds. */
export interface DeadLetterTopic {
  readonly name: string
  readonly of: string
}

/** The dead-letter topics of the catalog. */
export const deadLetterTopics: readonly DeadLetterTopic[] = [
  ...new Set(processors.map(({ input }) => input)),
].map((of) => ({ name: deadLettersOf(of), of }))

/** Offsets of each partition; `to` is exclusive. */
export interface Range {
  readonly from: Offsets
  readonly to: Offsets
}

/** Everything that a dead-letter topic holds now. */
export async function allDeadLetters(admin: Admin, { name }: DeadLetterTopic): Promise<Range> {
  return { from: await beginningOffsets(admin, name), to: await stableOffsets(admin, name) }
}

/** The records of a dead-letter topic that were not replayed yet, and whether any replay has recorded its progress. */
export async function pendingDeadLetters(
  admin: Admin,
  topic: DeadLetterTopic,
): Promise<Range & { readonly recorded: boolean }> {
  const { from, to } = await allDeadLetters(admin, topic)
  const [group] = await admin.fetchOffsets({ groupId: replayGroup(topic.of), topics: [topic.name] })
  const committed = new Map(
    (group?.partitions ?? []).map(({ partition, offset }) => [partition, Number(offset)]),
  )
  return {
    from: new Map([...from].map(([partition, low]) => [partition, resume(committed.get(partition), low)])),
    to,
    recorded: [...committed.values()].some((offset) => offset >= 0),
  }
}

/** The offset to continue from: the group's, or the oldest left if the group has none or its records were deleted. */
function resume(committed: number | undefined, low: number): number {
  return Math.max(committed ?? 0, low)
}

export interface ReadOptions {
  readonly warn?: Warn
  /** Aborted to stop reading early. */
  readonly signal?: AbortSignal
  /** Gets the records in order; returns false to stop. */
  readonly onDeadLetters: (deadLetters: readonly DeadLetter[]) => boolean | Promise<boolean>
}

/** Reads a range of a dead-letter topic: committed records only, leaving no consumer group behind. */
export async function readDeadLetters(
  profile: Profile,
  topic: DeadLetterTopic,
  { from, to }: Range,
  { onDeadLetters, signal, warn }: ReadOptions,
): Promise<void> {
  const enough = new AbortController()
  const end = signal ? AbortSignal.any([signal, enough.signal]) : enough.signal
  const reader = await Reader.start(profile, {
    application: REPLAYER,
    topic: topic.name,
    from,
    ...(warn ? { warn } : {}),
    onBatch: async (partition, messages) => {
      if (end.aborted) return
      const before = to.get(partition) ?? 0
      const deadLetters = messages
        .filter(({ offset }) => Number(offset) < before)
        .map((message) => deadLetterOf(partition, message))
      if (!(await onDeadLetters(deadLetters))) enough.abort()
    },
  })
  try {
    await reader.reach(to, end).catch((error) => {
      if (!end.aborted) throw error
    })
  } finally {
    await reader.close()
  }
}

/** The number of dead-letter records with one error of one processor; undefined without dead-letter headers. */
export interface Cause {
  readonly error: string | undefined
  readonly processor: string | undefined
  records: number
}

/** Counts dead-letter records by error and processor. */
export class Causes {
  readonly #counts = new Map<string, Cause>()

  add({ error, processor }: DeadLetter): void {
    const key = JSON.stringify([error, processor])
    const cause = this.#counts.get(key)
    if (cause) cause.records += 1
    else this.#counts.set(key, { error, processor, records: 1 })
  }

  get total(): number {
    return this.list.reduce((sum, { records }) => sum + records, 0)
  }

  /** Most frequent first. */
  get list(): readonly Cause[] {
    return [...this.#counts.values()].sort((a, b) => b.records - a.records)
  }
}
