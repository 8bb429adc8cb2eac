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
import { type DeadLetterTopic, pendingDeadLetters } from './dead-letters.ts'
import { RecordLookup } from './record-lookup.ts'

/** Records written back between two commits of the group's offset: at most so many are duplicated by a kill. */
export const REPLAY_CHUNK = 500

/** The broker removes a killed replay from the group after this time without a heartbeat. */
const SESSION_TIMEOUT_MS = 10_000

/** A replay cannot begin, or could not record its progress. */
export class ReplayError extends PlaystreamError {}

export interface ReplayOptions {
  /** Exclusive end, so that a record that fails again is not replayed again. */
  readonly to: Offsets
  /** The most records to take. */
  readonly limit: number
  /** Aborted to stop: the chunk in flight is still acknowledged and recorded. */
  readonly signal: AbortSignal
  readonly warn?: Warn
  readonly onProgress?: (outcome: Outcome) => void
}

export interface Outcome {
  /** Acknowledged by all in-sync replicas, and recorded. */
  readonly replayed: number
  /** Skipped, because their headers do not name the topic as their origin. */
  readonly foreign: number
  /** Replayed records with a header without a value, which now has an empty value. */
  readonly emptied: number
  /** References to records that the topic no longer holds, or holds with another content; absent for none. */
  readonly gone?: number
}

/** Whether a dead-letter record can be replayed: its headers name the topic as its origin. */
export function isOf(topic: DeadLetterTopic, deadLetter: DeadLetter): boolean {
  return deadLetter.origin?.topic === topic.of
}

/**
 * Writes dead-letter records back to the topic that they came from, starting at the replay group's offset. A chunk's offset is
 * committed once the broker has acknowledged the whole chunk, so a replay that is killed in between writes that chunk again:
 * at least once. If two replays begin at the same moment, the group assigns the records to one of them.
 * @throws ReplayError if another replay is running, or the offset of written records cannot be committed
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
  /** Partitions of the original topic. */
  readonly partitions: number
}

/** One membership in the replay group, ended by the goal, the limit, the signal or a failure. */
class Replay {
  readonly #topic: DeadLetterTopic
  readonly #options: ReplayOptions
  readonly #clients: Clients
  /** The next offset of each partition that neither this replay nor an earlier one has handled. */
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
    // The promise may be rejected before anyone awaits it.
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
    // A batch with only control or aborted records reaches no handler, but moves the position too.
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0) this.#advance(payload.partition, Number(payload.lastOffset) + 1)
    })
    await consumer.connect()
    await consumer.subscribe({ topic: this.#topic.name, fromBeginning: true })
    await consumer.run({
      autoCommit: false,
      partitionsConsumedConcurrently: 1,
      eachBatch: async ({ batch, heartbeat, pause }) => {
        const deadLetters = batch.messages.map((message) => deadLetterOf(batch.partition, message))
        const end = Number(batch.lastOffset()) + 1
        const writing = this.#writeBack(batch.partition, deadLetters, end, heartbeat)
        this.#underWay = writing.catch(() => undefined)
        // Errors here are the group's, such as a rebalance: kafkajs joins again and resumes at the committed offset.
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

  /** Reads the group's offsets: earlier replays may have handled everything. */
  async #join(): Promise<void> {
    const { from } = await pendingDeadLetters(this.#clients.admin, this.#topic)
    for (const [partition, offset] of from) this.#advance(partition, offset)
  }

  /** Writes a batch back chunk by chunk and commits after each chunk; `end` is the offset after the batch. */
  async #writeBack(
    partition: number,
    deadLetters: readonly DeadLetter[],
    end: number,
    heartbeat: () => Promise<void>,
  ): Promise<void> {
    const goal = this.#options.to.get(partition) ?? 0
    const position = this.#position.get(partition) ?? 0
    const due = deadLetters.filter(({ offset }) => offset >= position && offset < goal)
    for (let start = 0; start < due.length; ) {
      if (this.#isOver) return
      const chunk = due.slice(start, start + Math.min(REPLAY_CHUNK, this.#left))
      start += chunk.length
      const isLast = start === due.length
      const next = isLast ? Math.min(end, goal) : (chunk.at(-1) as DeadLetter).offset + 1
      try {
        await this.#writeChunk(partition, chunk, next)
      } catch (error) {
        // kafkajs would deliver the same batch again and again.
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
    const ours = chunk.filter((deadLetter) => isOf(this.#topic, deadLetter))
    const own: DeadLetter[] = []
    const records: Message[] = []
    for (const deadLetter of ours) {
      const original = deadLetter.reference ? await this.#originalOf(deadLetter) : undefined
      if (deadLetter.reference && !original) continue
      own.push(deadLetter)
      records.push(replayed(deadLetter, partitions, original))
    }
    await writer.send(this.#topic.of, records)
    try {
      await consumer.commitOffsets([{ topic: this.#topic.name, partition, offset: String(next) }])
    } catch (error) {
      throw new ReplayError(
        `${own.length} records were written to ${this.#topic.of} after the ${this.#outcome.replayed} on record, but could not be recorded ` +
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

  /** The record that a reference points to; undefined, with a warning, if the topic does not hold it unchanged. */
  async #originalOf({ partition, offset, origin, reference }: DeadLetter): Promise<StreamRecord | undefined> {
    if (!origin) return undefined
    const record = await this.#clients.lookup.find(origin)
    const isSame = record && `sha-256:${recordDigest(record).digest}` === reference?.digest
    if (isSame) return record
    this.#options.warn?.(
      `dead letter ${partition}/${offset} refers to ${origin.topic} partition ${origin.partition} offset ${origin.offset}, ` +
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

/** @throws ReplayError if the group has a member */
async function requireIdle(admin: Admin, topic: DeadLetterTopic): Promise<void> {
  const groupId = replayGroup(topic.of)
  const { groups } = await admin.describeGroups([groupId])
  if (groups.every(({ members }) => members.length === 0)) return
  throw new ReplayError(
    `a replay of ${topic.name} is running (the group ${groupId} has a member); a killed replay leaves the group after ` +
      `${SESSION_TIMEOUT_MS / 1000} s`,
  )
}
