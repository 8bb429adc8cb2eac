import type { Admin, Kafka } from 'kafkajs'
import { afterAll, beforeAll, expect } from 'vitest'
import { partitionReader } from '../clients/partition-reader.ts'
import { createClient } from '../kafkajs/kafkajs-client.ts'
import type { Profile } from '../profile/profile.ts'
import { testProfile, unique } from '../profile/test-profile.ts'
import type { OutputRecord, StreamRecord } from '../protocol/record.ts'
import { createTopics } from '../provision/topic-admin.ts'
import { KafkajsStream } from './kafkajs-stream.ts'
import { PlatformaticStream } from './platformatic-stream.ts'
import type { Batch, StreamHandler, StreamOptions, StreamPort } from './stream-port.ts'

/** The stream ports, and whether each finishes what is under way before it joins its group again. */
export const ports: [string, (profile: Profile, options: StreamOptions) => StreamPort, boolean][] = [
  ['@platformatic/kafka', (profile, options) => new PlatformaticStream(profile, options), true],
  ['kafkajs', (profile, options) => new KafkajsStream(profile, options), false],
]

export const PARTITIONS = 4
/** A request that one partition refuses, as one that was just made may, is sent again for all: once is enough. */
export const ONCE = { idempotent: true, maxInFlightRequests: 1 }
export const profile = testProfile()
export const never = new AbortController().signal
export let kafka: Kafka
export let admin: Admin
const readPartition = partitionReader(profile, 'test')

beforeAll(async () => {
  kafka = createClient(profile, { clientId: 'test' })
  admin = kafka.admin()
  await admin.connect()
})

afterAll(async () => {
  await admin.disconnect()
})

export interface Topics {
  readonly input: string
  readonly output: string
}

export async function topicsFor(name: string): Promise<Topics> {
  const topics = { input: unique(`${name}-in`), output: unique(`${name}-out`) }
  await createTopics(
    admin,
    Object.values(topics).map((topic) => ({ topic, numPartitions: PARTITIONS })),
  )
  return topics
}

export function optionsFor({ input }: Topics): StreamOptions {
  return {
    application: 'test',
    groupId: `group-${input}`,
    topic: input,
    batchSize: 100,
    commitIntervalMs: 20,
    sessionTimeoutMs: 6_000,
    meter: {
      transaction: () => undefined,
      aborted: () => undefined,
      fenced: () => undefined,
      lag: () => undefined,
    },
    warn: () => undefined,
  }
}

/** Copies every record to the same partition of the output. */
export class Copy implements StreamHandler {
  readonly opened: number[] = []
  readonly closed: number[] = []
  readonly #output: string

  constructor({ output }: Topics) {
    this.#output = output
  }

  async onAssigned(partition: number): Promise<void> {
    this.opened.push(partition)
  }

  onRevoked(partition: number): void {
    this.closed.push(partition)
  }

  process(batches: readonly Batch[]): OutputRecord[] {
    return batches.flatMap(({ records }) =>
      records.map(({ partition, timestamp, key, value, headers }) => ({
        topic: this.#output,
        partition,
        timestamp,
        key,
        value,
        headers,
      })),
    )
  }
}

/** Sends values to one partition, or spread over all. */
export async function send(topic: string, values: readonly string[], only?: number): Promise<void> {
  const producer = kafka.producer(ONCE)
  await producer.connect()
  const messages = values.map((value, index) => ({ value, partition: only ?? index % PARTITIONS }))
  await producer.send({ topic, messages })
  await producer.disconnect()
}

/** What a read_committed consumer sees of a topic, partition by partition. */
export async function read(topic: string): Promise<StreamRecord[]> {
  const found: StreamRecord[] = []
  for (let partition = 0; partition < PARTITIONS; partition += 1) {
    await readPartition(topic, partition, (records) => found.push(...records), never)
  }
  return found
}

export async function valuesOf(topic: string): Promise<string[]> {
  return (await read(topic)).map(({ value }) => String(value))
}

/** Waits until the output holds so many records. */
export async function filled(topic: string, count: number): Promise<void> {
  await expect.poll(async () => (await read(topic)).length, { timeout: 40_000, interval: 100 }).toBe(count)
}

export function numbers(count: number, prefix = 'v'): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`)
}
