import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import kafkajs, { type Admin, type Producer } from 'kafkajs'
import { beforeEach, expect } from 'vitest'
import { deadLettersOf, processors } from '../../catalog/processors.ts'
import { topicConfig } from '../../catalog/topic.ts'
import { topicNamed } from '../../catalog/topics.ts'
import { connectAdmin } from '../../kafka/clients/connect-admin.ts'
import { kafkajsHeaders } from '../../kafka/kafkajs/exact-headers.ts'
import { createClient } from '../../kafka/kafkajs/kafkajs-client.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import type { Headers, StreamRecord } from '../../kafka/protocol/record.ts'
import { recordDigest } from '../../kafka/protocol/record-digest.ts'
import { untilConfigured } from '../../kafka/provision/topic-admin.ts'
import type { StreamClient } from '../../kafka/stream/stream-client.ts'
import { ownRuntime } from '../../local/test-own-runtime.ts'
import { logsDedup } from '../../observability/ship/dedup-processor.ts'
import { LINE_HEADER } from '../../observability/ship/log-record.ts'
import { DETECTOR_RULES, detectorMetrics, runDetector } from '../../observability/ssh/attacks/detector.ts'
import { produceGame } from '../../producers/game-producer.ts'
import { dedupMetrics, runDedup } from '../../streams/processors/dedup-pipeline.ts'
import { playerState } from '../../streams/processors/player-state.ts'
import { ProcessorMetrics } from '../../streams/runtime/metrics.ts'
import { DEFAULTS, startProcessor } from '../../streams/runtime/start-processor.ts'
import { readCommitted } from '../../streams/runtime/test-outcome.ts'
import { untilCaughtUp } from '../../streams/runtime/until-caught-up.ts'

const HOUR_MS = 3_600_000
const FOREVER = '9223372036854775807'
const PARTITIONS = 6
const PATIENCE_MS = 150_000
/** The topics that producers outside the platform write to. */
const INPUTS = ['transactions', 'game-events', 'logs-shipped', 'logs'] as const

export interface Sent {
  readonly key?: Buffer | null
  readonly value: Buffer | null
  readonly headers?: Headers
  readonly timestamp?: string
}

/** The largest message that the topics accept, in bytes; undefined keeps the limit of the catalog. */
export interface Limits {
  readonly inputs: number
  readonly others?: number
}

/** A cluster whose input topics accept larger records and stranger timestamps than its other topics, with all processors. */
export class Poisoned {
  readonly profile: Profile
  readonly admin: Admin
  readonly #producer: Producer
  /** The lines that the processors have logged. */
  readonly lines: string[] = []

  constructor(profile: Profile, admin: Admin, producer: Producer) {
    this.profile = profile
    this.admin = admin
    this.#producer = producer
  }

  /** Sends one record in a batch of its own. */
  async send(topic: string, record: Sent, partition = 0, isCompressed = false): Promise<void> {
    const { key = null, value, headers = [], timestamp = String(Date.now()) } = record
    const compression = isCompressed ? kafkajs.CompressionTypes.GZIP : kafkajs.CompressionTypes.None
    const message = { key, value, timestamp, partition, headers: kafkajsHeaders(headers) }
    await this.#producer.send({ topic, messages: [message], compression })
  }

  /** Sends good records to every partition. They must get through behind the poison. */
  async sendGood(): Promise<void> {
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      await this.send('transactions', { value: json({ id: `good-${partition}` }) }, partition)
      const value = sshLine(`Failed password for root from 10.1.1.${partition} port 22 ssh2`)
      await this.send('logs', { key: Buffer.from('good'), value }, partition)
      const headers = [lineHeader(`good-${partition}:1`)]
      await this.send('logs-shipped', { key: Buffer.from('good'), value, headers }, partition)
    }
    await produceGame(this.profile, {
      seed: 1,
      start: Date.now(),
      players: 20,
      rate: Number.POSITIVE_INFINITY,
      count: 100,
      durationMs: Number.POSITIVE_INFINITY,
      signal: new AbortController().signal,
    })
  }

  /** Runs all processors until they have processed everything in the topics. */
  async process(client: StreamClient): Promise<void> {
    const { profile } = this
    const stop = new AbortController()
    const say = (line: string) => void this.lines.push(line)
    const options = { ...DEFAULTS, client, say, signal: stop.signal }
    const running = Promise.all([
      runDedup(profile, { ...options, retentionMs: 24 * HOUR_MS, mode: 'fixed', metrics: dedupMetrics() }),
      startProcessor(playerState, profile, {
        ...options,
        retentionMs: HOUR_MS,
        metrics: new ProcessorMetrics(),
      }),
      startProcessor(logsDedup, profile, {
        ...options,
        retentionMs: HOUR_MS,
        metrics: new ProcessorMetrics(),
      }),
      runDetector(profile, DETECTOR_RULES, { ...options, metrics: detectorMetrics() }),
    ])
    const ended = running.then(() => expect.fail('a processor has ended'))
    const patience = AbortSignal.any([stop.signal, AbortSignal.timeout(PATIENCE_MS)])
    const work = async () => {
      for (const { name } of processors) {
        await untilCaughtUp(this.admin, name, patience).catch((error: Error) => {
          throw new Error(`${name} does not catch up: ${error.message}\n${this.lines.join('\n')}`)
        })
      }
    }
    try {
      await Promise.race([work(), ended])
    } finally {
      stop.abort()
      await running
    }
  }

  read(topic: string): Promise<StreamRecord[]> {
    return readCommitted(this.profile, topic)
  }

  async keysOf(topic: string): Promise<string[]> {
    return (await this.read(topic)).map(({ key }) => String(key))
  }

  /**
   * The errors of the dead letters of a topic. Checks that each dead letter is the record that it names, byte for byte, or a
   * reference to that record.
   */
  async deadLetters(topic: string): Promise<string[]> {
    const originals = new Map(
      (await this.read(topic)).map((record) => [`${record.partition}/${record.offset}`, record]),
    )
    const errors: string[] = []
    const seen = new Set<string>()
    for (const letter of await readCommitted(this.profile, deadLettersOf(topic), 1)) {
      const said = new Map(letter.headers.map(([name, value]) => [String(name), String(value)]))
      const place = `${said.get('dead-letter-partition')}/${said.get('dead-letter-offset')}`
      const original = originals.get(place)
      if (!original) throw new Error(`a dead letter names the record ${place}, which ${topic} does not have`)
      expect(said.get('dead-letter-topic')).toBe(topic)
      seen.add(`${place} ${said.get('dead-letter-processor')}`)
      errors.push(said.get('dead-letter-error') as string)
      const { size, digest } = recordDigest(original)
      if (said.has('dead-letter-reference')) {
        expect(said.get('dead-letter-digest')).toBe(`sha-256:${digest}`)
        expect(said.get('dead-letter-size')).toBe(String(size))
        expect(said.get('dead-letter-timestamp')).toBe(String(original.timestamp))
      } else {
        const headers = letter.headers.slice(0, original.headers.length)
        expect(recordDigest({ ...letter, headers })).toEqual({ size, digest })
        const time = said.get('dead-letter-timestamp') ?? String(letter.timestamp)
        expect(time).toBe(String(original.timestamp))
      }
    }
    // No processor reported a record twice.
    expect(seen.size).toBe(errors.length)
    return errors
  }

  /** Checks that every record of each input topic became an output record or a dead letter. */
  async expectAllAccountedFor(): Promise<void> {
    const dead = new Map<string, number>()
    for (const topic of new Set(processors.map(({ input }) => input)))
      dead.set(topic, (await this.deadLetters(topic)).length)
    const passed = async (...outputs: string[]) => {
      let sum = 0
      for (const output of outputs) sum += (await this.read(output)).length
      return sum
    }
    const fates: [string, string[]][] = [
      ['transactions', ['transactions-by-id']],
      ['transactions-by-id', ['transactions-unique', 'transactions-duplicates']],
      ['game-events', ['player-state']],
    ]
    for (const [input, outputs] of fates)
      expect([input, (await passed(...outputs)) + (dead.get(input) ?? 0)]).toEqual([
        input,
        await passed(input),
      ])
    const unique = await this.keysOf('transactions-unique')
    const events = await this.keysOf('ssh-events')
    const shipped = (await this.read('logs')).map(({ headers }) => String(headers[0]?.[1]))
    for (let partition = 0; partition < PARTITIONS; partition += 1) {
      expect(unique).toContain(`good-${partition}`)
      expect(events).toContain(`10.1.1.${partition}`)
      expect(shipped).toContain(`good-${partition}:1`)
    }
    expect(await passed('player-state')).toBeGreaterThanOrEqual(100)
  }
}

/** A new cluster for each test of the file. */
export function poisoned(limits: Limits): { readonly cluster: Poisoned } {
  const runtime = ownRuntime()
  let cluster: Poisoned
  beforeEach(async () => {
    const { profile } = runtime
    const admin = await connectAdmin(profile, 'test')
    await configure(admin, limits)
    const kafka = createClient(profile, { clientId: 'test' })
    const producer = kafka.producer({ idempotent: true, maxInFlightRequests: 1 })
    await producer.connect()
    cluster = new Poisoned(profile, admin, producer)
    return async () => {
      await producer.disconnect()
      await admin.disconnect()
    }
  })
  return {
    get cluster() {
      return cluster
    },
  }
}

async function configure(admin: Admin, { inputs, others }: Limits): Promise<void> {
  const names = new Set(processors.flatMap(({ input, outputs }) => [input, ...outputs, deadLettersOf(input)]))
  const configOf = (name: string) => {
    const config: Record<string, string> = { ...topicConfig(topicNamed(name)) }
    // Records from 1970 must not expire before they are counted.
    if (config['cleanup.policy'] === 'delete') config['retention.ms'] = '-1'
    if (INPUTS.some((input) => input === name)) {
      config['max.message.bytes'] = String(inputs)
      config['message.timestamp.after.max.ms'] = FOREVER
    } else if (others !== undefined) {
      config['max.message.bytes'] = String(others)
    }
    return Object.entries(config).map(([key, value]) => ({ name: key, value }))
  }
  const resources = [...names].map((name) => ({ type: 2, name, configEntries: configOf(name) }))
  await admin.alterConfigs({ validateOnly: false, resources })
  for (const { name, configEntries } of resources) {
    await untilConfigured(
      admin,
      name,
      Object.fromEntries(configEntries.map((entry) => [entry.name, entry.value])),
    )
  }
}

export function json(value: object): Buffer {
  return Buffer.from(JSON.stringify(value))
}

/** Random text that hardly compresses. */
export function noise(characters: number): string {
  return randomBytes(Math.ceil((characters * 3) / 4))
    .toString('base64')
    .slice(0, characters)
}

export function sshLine(message: string, host = 'good', timestamp = Date.now()): Buffer {
  return json({ timestamp, host, app: 'sshd', pid: 8, message, format: 'plain' })
}

export function lineHeader(identity: string): Headers[number] {
  return [Buffer.from(LINE_HEADER), Buffer.from(identity)]
}

/** Records at the edge of what a broker accepts. The large ones have about `size` bytes. */
export function oddRecords(size: number): fc.Arbitrary<Required<Sent>> {
  const names = ['constructor', 'toString', '__proto__', 'hasOwnProperty', '', 'dead-letter-topic']
  return fc.record({
    key: fc.option(
      fc.constantFrom(Buffer.alloc(0), Buffer.from([0xff]), randomBytes(size), Buffer.from('k')),
      {
        nil: null,
      },
    ),
    value: fc.constantFrom(
      null,
      Buffer.alloc(0),
      Buffer.from([0xff, 0, 0x80]),
      Buffer.from('null'),
      Buffer.from('[]'),
      Buffer.from(`{"id":"${noise(size)}"`),
      Buffer.from(`{"id":"${noise(size)}"}`),
      sshLine(`Invalid user ${noise(size)} from 10.0.0.1 port 22`),
    ),
    headers: fc.oneof(
      fc.constant<Headers>([]),
      fc.constant<Headers>(names.map((name) => [Buffer.from(name), Buffer.from('x')])),
      fc.constant<Headers>(Array.from({ length: 10_000 }, (_, index) => [Buffer.from(`${index}`), null])),
      fc.constant<Headers>([
        [Buffer.from([0xff, 0xfe]), null],
        [Buffer.from('large'), randomBytes(size)],
      ]),
      fc.constant<Headers>([lineHeader(`${noise(size)}:1`)]),
    ),
    timestamp: fc
      .constantFrom(-1, 0, 1, Date.now() * 1_000, Date.now() + 50 * HOUR_MS, 8.64e15 + 1, Date.now() * 1e6)
      .map(String),
  })
}

export { INPUTS, PARTITIONS }
