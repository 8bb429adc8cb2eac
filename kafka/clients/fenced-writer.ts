import type { Producer } from 'kafkajs'
import { PlaystreamError } from '../../catalog/errors.ts'
import { createClient } from '../kafkajs/kafkajs-client.ts'
import { isTakenOver } from '../kafkajs/kafkajs-error.ts'
import type { Profile } from '../profile/profile.ts'
import { connectAdmin } from './connect-admin.ts'
import { endOffsets, startOffsets } from './offsets.ts'
import { Reader } from './topic-follower.ts'

/** Someone else has opened the topic since: what we were about to write was not written. */
export class FencedError extends PlaystreamError {}

/** The latest value of each key of a compacted topic, of committed records only. */
export async function readLatest(
  profile: Profile,
  application: string,
  topic: string,
): Promise<Map<string, Buffer>> {
  const admin = await connectAdmin(profile, application)
  const latest = new Map<string, Buffer>()
  try {
    const [from, to] = [await startOffsets(admin, topic), await endOffsets(admin, topic)]
    const reader = await Reader.start(profile, {
      application,
      topic,
      from,
      onBatch: (_, messages) => {
        for (const { key, value } of messages) {
          if (value === null) latest.delete(String(key))
          else latest.set(String(key), value)
        }
      },
    })
    await reader.reach(to).finally(() => reader.close())
  } finally {
    await admin.disconnect()
  }
  return latest
}

/**
 * Writes to a topic as the only one who may: whoever opened it last. The broker itself refuses all others (they have the
 * same transactional id and an older epoch), so there is no lock that a crash could leave behind, and none that a paused
 * process could believe in after it has lost it.
 */
export class FencedWriter {
  readonly #producer: Producer
  readonly #topic: string

  private constructor(producer: Producer, topic: string) {
    this.#producer = producer
    this.#topic = topic
  }

  /** Takes the topic over. What others have written by then is complete; what they had begun is aborted. */
  static async take(
    profile: Profile,
    options: { readonly application: string; readonly topic: string; readonly transactionalId: string },
  ): Promise<FencedWriter> {
    const { application, topic, transactionalId } = options
    const producer = createClient(profile, { clientId: application }).producer({
      transactionalId,
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
    })
    await producer.connect()
    const held = new FencedWriter(producer, topic)
    // kafkajs takes the transactional id with its first transaction.
    await (await producer.transaction()).abort()
    return held
  }

  /**
   * Writes the latest value of a key, or null for none, and returns when it is committed.
   * @throws FencedError
   */
  async write(key: string, value: string | null): Promise<void> {
    try {
      const transaction = await this.#producer.transaction()
      try {
        await transaction.send({ topic: this.#topic, messages: [{ key, value }], acks: -1 })
        await transaction.commit()
      } catch (error) {
        // One that is fenced cannot even abort.
        await transaction.abort().catch(() => undefined)
        throw error
      }
    } catch (error) {
      if (!isTakenOver(error)) throw error
      throw new FencedError(`someone else writes ${this.#topic} now`, { cause: error })
    }
  }

  async close(): Promise<void> {
    await this.#producer.disconnect()
  }
}
