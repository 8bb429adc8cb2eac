import type { Admin, Consumer, Message } from 'kafkajs'
import { PlaystreamError } from '../../catalog/errors.ts'
import { REPLAYER, replayGroup } from '../../catalog/groups.ts'
import { connectAdmin } from '../clients/connect-admin.ts'
import { hasReached, type Offsets } from '../clients/offsets.ts'
import { Writer } from '../clients/writer.ts'
import { createClient, type Warn } from '../kafkajs/kafkajs-client.ts'
import type { Profile } from '../profile/profile.ts'
import type { StreamRecord } from '../protocol/record.ts'
import { recordDigest } from '../protocol/record-digest.ts'
import { type DeadLetter, deadLetterOf, hasHeaderWithoutValue, replayed } from './dead-letter.ts'
import { type DeadLetterTopic, waitingLetters } from './dead-letters.ts'
import { RecordLookup } from './record-lookup.ts'

/** How many letters are written back before the group's offset is committed: what a kill doubles at most. */
export const REPLAY_CHUNK = 500

/** After which time without a heartbeat the broker forgets a replay that was killed, in ms. */
const SESSION_TIMEOUT_MS = 10_000

/** A replay that cannot begin, or that did not record all of what it did. */
export class ReplayError extends PlaystreamError {}

export interface ReplayOptions {
  /** Up to where, so that a letter that fails again is not written back again. */
  readonly to: Offsets
  /** How many letters at most are taken. */
  readonly limit: number
  /** Aborted to stop: what is under way is still acknowledged and recorded. */
  readonly signal: AbortSignal
  readonly warn?: Warn
  readonly onProgress?: (outcome: Outcome) => void
}

export interface Outcome {
  /** Acknowledged by all in-sync replicas, and recorded. */
  readonly replayed: number
  /** Passed over, because their headers do not say that they come from the topic. */
  readonly foreign: number
  /** Of those replayed: how many had a header without a value, which now has an empty one. */
  readonly emptied: number
  /** Letters that only refer to a record which its topic does not hold any more, or not as it was; absent for none. */
  readonly gone?: number
}

/** Whether this letter can be written back: it says that it comes from the topic to which its dead letters belong. */
export function isOf(topic: DeadLetterTopic, letter: DeadLetter): boolean {
  return letter.origin?.topic === topic.of
}

/**
 * Writes the letters that were not written back yet to the topic they came from, from the replay group's offset on. A
 * chunk's offset is committed when the broker has acknowledged all of it: a replay that is killed in between writes
 * that chunk again, at least once. Of two that begin in the same moment the group gives the letters to one.
 * @throws ReplayError where another replay is under way, or the offset of what was written could not be committed
 */
export async function replay(
  profile: Profile,
  topic: DeadLetterTopic,
  options: ReplayOptions,
): Promise<Outcome> {
  const { signal, warn } = options
  const admin = await connectAdmin(profile, REPLAYER)
  let writer: Writer | undefined
  let consumer: Consumer | undefined
  const lookup = new RecordLookup(profile, REPLAYER)
  try {
    await requireIdle(admin, topic)
    const partitions = (await admin.fetchTopicOffsets(topic.of)).length
    writer = await Writer.connect(profile, REPLAYER, warn)
    consumer = createClient(profile, { clientId: REPLAYER, ...(warn ? { warn } : {}) }).consumer({
      groupId: replayGroup(topic.of),
      sessionTimeout: SESSION_TIMEOUT_MS,
      heartbeatInterval: SESSION_TIMEOUT_MS / 5,
      readUncommitted: false,
      allowAutoTopicCreation: false,
      maxWaitTimeInMs: 250,
      maxBytesPerPartition: 4 * 1024 * 1024,
    })
    const run = new Replay(topic, options, { admin, consumer, writer, lookup, partitions })
    return await run.end(signal)
  } finally {
    await consumer?.disconnect()
    await writer?.close()
    await lookup.close()
    await admin.disconnect()
  }
}

interface Clients {
  readonly admin: Admin
  readonly consumer: Consumer
  readonly writer: Writer
  readonly lookup: RecordLookup
  /** How many the topic has to which the letters go. */
  readonly partitions: number
}

/** One membership of the replay group, until the goal, the limit, the signal or a failure ends it. */
class Replay {
  readonly #topic: DeadLetterTopic
  readonly #options: ReplayOptions
  readonly #clients: Clients
  /** The next offset of each partition that was not looked at yet, by us or those before us. */
  readonly #position = new Map<number, number>()
  readonly #over = Promise.withResolvers<void>()
  #underWay: Promise<void> = Promise.resolve()
  #isOver = false
  #left: number
  #outcome: Outcome = { replayed: 0, foreign: 0, emptied: 0 }

  constructor(topic: DeadLetterTopic, options: ReplayOptions, clients: Clients) {
    this.#topic = topic
    this.#options = options
    this.#clients = clients
    this.#left = options.limit
    // It may fail before anyone waits for it.
    this.#over.promise.catch(() => undefined)
  }

  async end(signal: AbortSignal): Promise<Outcome> {
    const { consumer } = this.#clients
    const stop = () => this.#end()
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
    consumer.on(consumer.events.GROUP_JOIN, () => this.#join().catch((error) => this.#end(error)))
    consumer.on(consumer.events.CRASH, ({ payload }) => {
      if (!payload.restart) this.#end(payload.error)
    })
    // A batch of nothing but control records or aborted ones reaches no handler, but it moves the position too.
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0) this.#advance(payload.partition, Number(payload.lastOffset) + 1)
    })
    await consumer.connect()
    await consumer.subscribe({ topic: this.#topic.name, fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: async ({ batch, heartbeat, pause }) => {
        const letters = batch.messages.map((message) => deadLetterOf(batch.partition, message))
        const end = Number(batch.lastOffset()) + 1
        const writing = this.#writeBack(batch.partition, letters, end, heartbeat)
        this.#underWay = writing.catch(() => undefined)
        // What it throws is the group's trouble, as a rebalance: kafkajs joins again and goes on from what was committed.
        await writing
        if (this.#isOver) pause()
      },
    })
    try {
      await this.#over.promise
      await this.#underWay
    } finally {
      signal.removeEventListener('abort', stop)
    }
    return this.#outcome
  }

  /** Learns up to where the group is: those before us may have done all of it. */
  async #join(): Promise<void> {
    const { from } = await waitingLetters(this.#clients.admin, this.#topic)
    for (const [partition, offset] of from) this.#advance(partition, offset)
  }

  /** Writes a batch back chunk by chunk and commits after each; `end` is the offset after all of the batch. */
  async #writeBack(
    partition: number,
    letters: readonly DeadLetter[],
    end: number,
    heartbeat: () => Promise<void>,
  ): Promise<void> {
    const goal = this.#options.to.get(partition) ?? 0
    const position = this.#position.get(partition) ?? 0
    const due = letters.filter(({ offset }) => offset >= position && offset < goal)
    for (let start = 0; start < due.length; ) {
      if (this.#isOver) return
      const chunk = due.slice(start, start + Math.min(REPLAY_CHUNK, this.#left))
      start += chunk.length
      const isLast = start === due.length
      const next = isLast ? Math.min(end, goal) : (chunk.at(-1) as DeadLetter).offset + 1
      try {
        await this.#writeChunk(partition, chunk, next)
      } catch (error) {
        // kafkajs would hand the same batch over again and again.
        this.#end(error)
        return
      }
      this.#left -= chunk.length
      this.#advance(partition, next)
      if (this.#left === 0) this.#end()
      await heartbeat()
    }
    this.#advance(partition, end)
  }

  async #writeChunk(partition: number, chunk: readonly DeadLetter[], next: number): Promise<void> {
    const { consumer, writer, partitions } = this.#clients
    const ours = chunk.filter((letter) => isOf(this.#topic, letter))
    const own: DeadLetter[] = []
    const records: Message[] = []
    for (const letter of ours) {
      const original = letter.reference ? await this.#originalOf(letter) : undefined
      if (letter.reference && !original) continue
      own.push(letter)
      records.push(replayed(letter, partitions, original))
    }
    await writer.send(this.#topic.of, records)
    try {
      await consumer.commitOffsets([{ topic: this.#topic.name, partition, offset: String(next) }])
    } catch (error) {
      throw new ReplayError(
        `${own.length} letters were written to ${this.#topic.of} after the ${this.#outcome.replayed} on record, but not recorded ` +
          `in the group ${replayGroup(this.#topic.of)} (${(error as Error).message}): the next replay writes them again`,
        { cause: error },
      )
    }
    const { replayed: count, foreign, emptied, gone = 0 } = this.#outcome
    const missing = gone + ours.length - own.length
    this.#outcome = {
      replayed: count + own.length,
      foreign: foreign + chunk.length - ours.length,
      emptied: emptied + own.filter(hasHeaderWithoutValue).length,
      ...(missing > 0 ? { gone: missing } : {}),
    }
    this.#options.onProgress?.(this.#outcome)
  }

  /** The record that a letter refers to; undefined, and said so, where it is not there as it was. */
  async #originalOf({ partition, offset, origin, reference }: DeadLetter): Promise<StreamRecord | undefined> {
    if (!origin) return undefined
    const record = await this.#clients.lookup.find(origin)
    const isSame = record && `sha-256:${recordDigest(record).digest}` === reference?.digest
    if (isSame) return record
    this.#options.warn?.(
      `letter ${partition}/${offset} refers to ${origin.topic} partition ${origin.partition} offset ${origin.offset}, ` +
        `${record ? 'which is another record now: its digest differs' : 'which the topic no longer holds'}; it is not written back`,
    )
    return undefined
  }

  #advance(partition: number, next: number): void {
    if (next > (this.#position.get(partition) ?? 0)) this.#position.set(partition, next)
    if (hasReached(this.#position, this.#options.to)) this.#end()
  }

  #end(error?: unknown): void {
    this.#isOver = true
    if (error === undefined) this.#over.resolve()
    else this.#over.reject(error)
  }
}

/** @throws ReplayError where the group has a member */
async function requireIdle(admin: Admin, topic: DeadLetterTopic): Promise<void> {
  const groupId = replayGroup(topic.of)
  const { groups } = await admin.describeGroups([groupId])
  if (groups.every(({ members }) => members.length === 0)) return
  throw new ReplayError(
    `a replay of ${topic.name} is under way (the group ${groupId} has a member); one that was killed is forgotten after ` +
      `${SESSION_TIMEOUT_MS / 1000} s`,
  )
}
