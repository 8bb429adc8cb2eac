import type { Admin } from 'kafkajs'
import { REPLAYER, replayGroup } from '../../catalog/groups.ts'
import { deadLettersOf, processors } from '../../catalog/processors.ts'
import { beginningOffsets, type Offsets, stableOffsets } from '../clients/offsets.ts'
import { Reader } from '../clients/topic-follower.ts'
import type { Warn } from '../kafkajs/kafkajs-client.ts'
import type { Profile } from '../profile/profile.ts'
import { type DeadLetter, deadLetterOf } from './dead-letter.ts'

/** A dead-letter topic, and the topic whose records are set aside in it. */
export interface DeadLetterTopic {
  readonly name: string
  readonly of: string
}

/** The dead-letter topics of the catalog. */
export const deadLetterTopics: readonly DeadLetterTopic[] = [
  ...new Set(processors.map(({ input }) => input)),
].map((of) => ({ name: deadLettersOf(of), of }))

/** From where, up to but not including where. */
export interface Range {
  readonly from: Offsets
  readonly to: Offsets
}

/** All that a dead-letter topic holds now. */
export async function everyLetter(admin: Admin, { name }: DeadLetterTopic): Promise<Range> {
  return { from: await beginningOffsets(admin, name), to: await stableOffsets(admin, name) }
}

/** What a dead-letter topic holds now and was not written back, and whether a replay of it is on record. */
export async function waitingLetters(
  admin: Admin,
  topic: DeadLetterTopic,
): Promise<Range & { readonly recorded: boolean }> {
  const { from, to } = await everyLetter(admin, topic)
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

/** Where to go on: at the group's offset, or, where it has none or its letters are gone, at the oldest that is left. */
function resume(committed: number | undefined, low: number): number {
  return Math.max(committed ?? 0, low)
}

export interface ReadOptions {
  readonly warn?: Warn
  /** Aborted to stop reading early. */
  readonly signal?: AbortSignal
  /** Gets the letters in their order; false ends the reading. */
  readonly onLetters: (letters: readonly DeadLetter[]) => boolean | Promise<boolean>
}

/** Reads a range of a dead-letter topic, committed records only, without leaving a trace on the cluster. */
export async function readLetters(
  profile: Profile,
  topic: DeadLetterTopic,
  { from, to }: Range,
  { onLetters, signal, warn }: ReadOptions,
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
      const letters = messages
        .filter(({ offset }) => Number(offset) < before)
        .map((message) => deadLetterOf(partition, message))
      if (!(await onLetters(letters))) enough.abort()
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

/** How many letters there are of an error of a processor; undefined where their headers do not say. */
export interface Cause {
  readonly error: string | undefined
  readonly processor: string | undefined
  records: number
}

/** Counts letters by error and processor. */
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

  /** The most frequent first. */
  get list(): readonly Cause[] {
    return [...this.#counts.values()].sort((a, b) => b.records - a.records)
  }
}
