import { expect } from 'vitest'
import { partitionReader } from '../clients/partition-reader.ts'
import { admin, never, produce, profile } from '../clients/test-broker.ts'
import type { Profile } from '../profile/profile.ts'
import { unique } from '../profile/test-profile.ts'
import type { OutputRecord, StreamRecord } from '../protocol/record.ts'
import { createTopics } from '../provision/topic-admin.ts'
import { KafkajsStream } from './kafkajs-stream.ts'
import { PlatformaticStream } from './platformatic-stream.ts'
import type { Batch, StreamHandler, StreamMetrics, StreamOptions, StreamPort } from './stream-port.ts'

type CreatePort = (profile: Profile, options: StreamOptions) => StreamPort

/** The stream ports, and whether each finishes its transaction before it rejoins its group. */
export const ports: [name: string, create: CreatePort, finishesBeforeRejoining: boolean][] = [
  ['@platformatic/kafka', (profile, options) => new PlatformaticStream(profile, options), true],
  ['kafkajs', (profile, options) => new KafkajsStream(profile, options), false],
]

export const PARTITIONS = 4
const readPartition = partitionReader(profile, 'test')

export interface Topics {
  readonly input: string
  readonly output: string
}

export async function topicsFor(
  name: string,
  outputConfig: Readonly<Record<string, string>> = {},
): Promise<Topics> {
  const topics = { input: unique(`${name}-in`), output: unique(`${name}-out`) }
  const configEntries = Object.entries(outputConfig).map(([key, value]) => ({ name: key, value }))
  await createTopics(admin, [
    { topic: topics.input, numPartitions: PARTITIONS },
    { topic: topics.output, numPartitions: PARTITIONS, configEntries },
  ])
  return topics
}

export class RecordedMetrics implements StreamMetrics {
  aborts = 0
  /** The latest lag of each partition. */
  readonly lags = new Map<number, number>()

  transaction(): void {}

  aborted(): void {
    this.aborts += 1
  }

  fenced(): void {}

  lag(partition: number, records: number): void {
    this.lags.set(partition, records)
  }

  assigned(): void {}
}

/** Options that record what the port counts and what it warns of. */
export function optionsFor({ input }: Topics): StreamOptions & {
  readonly meter: RecordedMetrics
  readonly lines: readonly string[]
} {
  const lines: string[] = []
  return {
    application: 'test',
    groupId: `group-${input}`,
    topic: input,
    batchSize: 100,
    commitIntervalMs: 20,
    sessionTimeoutMs: 6_000,
    meter: new RecordedMetrics(),
    lines,
    warn: (line) => void lines.push(line),
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

/** Sends values to one partition, or in turn to all. */
export function send(topic: string, values: readonly string[], only?: number): Promise<void> {
  return produce(
    topic,
    values.map((value, index) => ({ value, partition: only ?? index % PARTITIONS })),
  )
}

/** The committed records of a topic, partition by partition. */
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

/** Waits until a topic holds this many committed records. */
export async function filled(topic: string, count: number): Promise<void> {
  await expect.poll(async () => (await read(topic)).length, { timeout: 40_000, interval: 100 }).toBe(count)
}

/** Runs a handler until the output holds this many records. Fails if the port fails. */
export async function runUntilFilled(
  createPort: CreatePort,
  topics: Topics,
  count: number,
  handler: StreamHandler = new Copy(topics),
  options: StreamOptions = optionsFor(topics),
): Promise<void> {
  const stop = new AbortController()
  const running = createPort(profile, options).run(handler, stop.signal)
  await Promise.race([filled(topics.output, count), running])
  stop.abort()
  await running
}

export function numbers(count: number, prefix = 'v'): string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}${index}`)
}
