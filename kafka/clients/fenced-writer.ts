import type { Producer } from 'kafkajs'
import { PlaystreamError } from '../../catalog/errors.ts'
import { createClient } from '../kafkajs/kafkajs-client.ts'
import { isTakenOver } from '../kafkajs/kafkajs-error.ts'
import type { Profile } from '../profile/profile.ts'
import { connectAdmin } from './connect-admin.ts'
import { beginningOffsets, stableOffsets } from './offsets.ts'
import { Reader } from './topic-follower.ts'

/** Another writer has taken the topic over. The record was not written. */
export class FencedError extends PlaystreamError {}

/** The latest committed value of each key of a compacted topic. */
export async function readLatest(
  profile: Profile,
  application: string,
  topic: string,
): Promise<Map<string, Buffer>> {
  const admin = await connectAdmin(profile, application)
  const latest = new Map<string, Buffer>()
  try {
    const [from, to] = [await beginningOffsets(admin, topic), await stableOffsets(admin, topic)]
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
 * The only writer of a topic: the latest to take it over. The broker refuses earlier writers, which have the same
 * transactional id and an older epoch. So a crash leaves no lock behind, and a paused process cannot write with a lock that
 * it has lost.
 */
export class FencedWriter {
  readonly #producer: Producer
  readonly #topic: string

  private constructor(producer: Producer, topic: string) {
    this.#producer = producer
    this.#topic = topic
  }

  /** Takes the topic over. Earlier writers' committed records stay; their open transactions are aborted. */
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
    // kafkajs takes the transactional id over with the first transaction only.
    await (await producer.transaction()).abort()
    return held
  }

  /**
   * Writes the latest value of a key, or null to delete it, and returns when it is committed.
   * @throws FencedError if another writer has taken the topic over
   */
  async write(key: string, value: string | null): Promise<void> {
    try {
      const transaction = await this.#producer.transaction()
      try {
        await transaction.send({ topic: this.#topic, messages: [{ key, value }], acks: -1 })
        await transaction.commit()
      } catch (error) {
        // A fenced producer cannot abort either.
        await transaction.abort().catch(() => undefined)
        throw error
      }
    } catch (error) {
      if (!isTakenOver(error)) throw error
      throw new FencedError(`another process has taken over writing ${this.#topic}`, { cause: error })
    }
  }

  async close(): Promise<void> {
    await this.#producer.disconnect()
  }
}
