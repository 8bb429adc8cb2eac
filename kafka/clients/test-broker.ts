import type { Admin, Kafka, Message } from 'kafkajs'
import { afterAll, beforeAll } from 'vitest'
import { createClient } from '../kafkajs/kafkajs-client.ts'
import { testProfile, unique } from '../profile/test-profile.ts'
import { createTopics } from '../provision/topic-admin.ts'

/** The broker of the test run, and an admin that is connected while the tests of the importing file run. */
export const profile = testProfile()
export let kafka: Kafka
export let admin: Admin

export const never = new AbortController().signal

/** A partition that refuses a request at first, as a new one may, must not get the records twice or out of order. */
const IN_ORDER = { idempotent: true, maxInFlightRequests: 1 } as const

beforeAll(async () => {
  kafka = createClient(profile, { clientId: 'test' })
  admin = kafka.admin()
  await admin.connect()
})

afterAll(() => admin.disconnect())

/** Creates a topic that no other test uses, and returns its name once its partitions have leaders. */
export async function newTopic(
  prefix: string,
  partitions = 1,
  config: Readonly<Record<string, string>> = {},
): Promise<string> {
  const topic = unique(prefix)
  const configEntries = Object.entries(config).map(([name, value]) => ({ name, value }))
  await createTopics(admin, [{ topic, numPartitions: partitions, configEntries }])
  return topic
}

/**
 * Writes messages in one request, in order.
 * @param compression kafkajs's number; 0 is none, 1 is gzip
 */
export async function produce(topic: string, messages: Message[], compression = 0): Promise<void> {
  const producer = kafka.producer(IN_ORDER)
  await producer.connect()
  await producer.send({ topic, messages, compression })
  await producer.disconnect()
}

/** Writes the messages of each transaction in turn, and commits or aborts it. The markers may follow a moment later. */
export async function transact(
  topic: string,
  ...transactions: readonly (readonly [end: 'commit' | 'abort', ...messages: Message[]])[]
): Promise<void> {
  const producer = kafka.producer({ ...IN_ORDER, transactionalId: unique('tx') })
  await producer.connect()
  for (const [end, ...messages] of transactions) {
    const transaction = await producer.transaction()
    await transaction.send({ topic, messages })
    await transaction[end]()
  }
  await producer.disconnect()
}

/** Begins a transaction with these messages, and leaves it open. Returns what commits it. */
export async function openTransaction(topic: string, messages: Message[]): Promise<() => Promise<void>> {
  const producer = kafka.producer({ ...IN_ORDER, transactionalId: unique('tx') })
  await producer.connect()
  const transaction = await producer.transaction()
  await transaction.send({ topic, messages })
  return async () => {
    await transaction.commit()
    await producer.disconnect()
  }
}

/** The texts of a range of numbers; `to` is not among them. */
export function numberTexts(from: number, to: number): string[] {
  return Array.from({ length: to - from }, (_, index) => String(index + from))
}
