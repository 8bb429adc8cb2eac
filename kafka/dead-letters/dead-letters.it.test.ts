import { Producer } from '@platformatic/kafka'
import type { KafkaMessage, Message } from 'kafkajs'
import { describe, expect, test } from 'vitest'
import { replayGroup } from '../../catalog/groups.ts'
import { beginningOffsets, stableOffsets } from '../clients/offsets.ts'
import { admin, kafka, profile } from '../clients/test-broker.ts'
import { Reader } from '../clients/topic-follower.ts'
import { Writer } from '../clients/writer.ts'
import { platformaticOptions } from '../platformatic/platformatic-options.ts'
import { unique } from '../profile/test-profile.ts'
import { createTopics } from '../provision/topic-admin.ts'
import { type DeadLetter, deadLetterOf } from './dead-letter.ts'
import { type Outcome, REPLAY_CHUNK, ReplayError, type ReplayOptions, replay } from './dead-letter-replay.ts'
import {
  allDeadLetters,
  Causes,
  type DeadLetterTopic,
  pendingDeadLetters,
  readDeadLetters,
} from './dead-letters.ts'

async function topics(partitions = 3): Promise<DeadLetterTopic> {
  const of = unique('input')
  const topic = { name: `${of}-dlq`, of }
  await createTopics(admin, [
    { topic: of, numPartitions: partitions },
    { topic: topic.name, numPartitions: 1 },
  ])
  return topic
}

/** A dead-letter record as a task writes it. */
function deadLetterRecord(
  topic: DeadLetterTopic,
  partition: number,
  change: Message,
  error = 'NOT_JSON',
): Message {
  const said = { topic: topic.of, partition, offset: 1, processor: 'some-processor', error, message: 'why' }
  const added = Object.entries(said).map(([name, value]) => [`dead-letter-${name}`, String(value)])
  return { ...change, partition: 0, headers: { ...change.headers, ...Object.fromEntries(added) } }
}

async function write(topic: DeadLetterTopic, letters: readonly Message[]): Promise<void> {
  const writer = await Writer.connect(profile, 'test')
  await writer.send(topic.name, letters)
  await writer.close()
}

function numbered(topic: DeadLetterTopic, from: number, count: number): Message[] {
  return Array.from({ length: count }, (_, index) =>
    deadLetterRecord(topic, 0, { value: String(from + index) }),
  )
}

async function replayAll(topic: DeadLetterTopic, change: Partial<ReplayOptions> = {}): Promise<Outcome> {
  const { to } = await pendingDeadLetters(admin, topic)
  const signal = AbortSignal.timeout(60_000)
  return replay(profile, topic, { to, limit: Number.POSITIVE_INFINITY, signal, ...change })
}

async function deadLettersIn(topic: DeadLetterTopic, waiting = false): Promise<DeadLetter[]> {
  const range = await (waiting ? pendingDeadLetters : allDeadLetters)(admin, topic)
  const found: DeadLetter[] = []
  await readDeadLetters(profile, topic, range, {
    onDeadLetters: (letters) => {
      found.push(...letters)
      return true
    },
  })
  return found
}

type Written = KafkaMessage & { partition: number }

async function recordsOf(topic: string): Promise<Written[]> {
  const found: Written[] = []
  const reader = await Reader.start(profile, {
    application: 'test',
    topic,
    from: await beginningOffsets(admin, topic),
    onBatch: (partition, messages) => {
      found.push(...messages.map((message) => ({ ...message, partition })))
    },
  })
  await reader.reach(await stableOffsets(admin, topic), AbortSignal.timeout(30_000))
  await reader.close()
  return found
}

async function valuesOf(topic: string): Promise<string[]> {
  return (await recordsOf(topic)).map(({ value }) => String(value))
}

describe('the dead-letter records of a topic', () => {
  test('exclude aborted transactions, and are counted by error and processor', async () => {
    const topic = await topics()
    const producer = kafka.producer({
      transactionalId: unique('tx'),
      maxInFlightRequests: 1,
      idempotent: true,
    })
    await producer.connect()
    for (const [error, commit] of [
      ['NO_ID', true],
      ['NOT_JSON', false],
      ['NOT_JSON', true],
      ['NO_ID', true],
    ] as const) {
      const transaction = await producer.transaction()
      await transaction.send({
        topic: topic.name,
        messages: [deadLetterRecord(topic, 0, { value: 'x' }, error)],
      })
      await (commit ? transaction.commit() : transaction.abort())
    }
    await producer.send({ topic: topic.name, messages: [{ value: 'no letter' }] })
    await producer.disconnect()
    const causes = new Causes()
    for (const one of await deadLettersIn(topic)) causes.add(one)
    expect(causes.total).toBe(4)
    expect(causes.list).toEqual([
      { error: 'NO_ID', processor: 'some-processor', records: 2 },
      { error: 'NOT_JSON', processor: 'some-processor', records: 1 },
      { error: undefined, processor: undefined, records: 1 },
    ])
    // A replay skips aborted records, too, and does not wait at transaction markers.
    expect(await replayAll(topic)).toEqual({ replayed: 3, foreign: 1, emptied: 0 })
    expect(await deadLettersIn(topic, true)).toEqual([])
  })

  test('are read until the reader has enough', async () => {
    const topic = await topics()
    // More than one fetch returns.
    const large = 'x'.repeat(800_000)
    await write(
      topic,
      Array.from({ length: 20 }, () => deadLetterRecord(topic, 0, { value: large })),
    )
    let calls = 0
    await readDeadLetters(profile, topic, await allDeadLetters(admin, topic), {
      onDeadLetters: (letters) => {
        calls += 1
        expect(letters.length).toBeLessThan(20)
        return false
      },
    })
    expect(calls).toBe(1)
  })
})

describe('a replay', () => {
  test('keeps key, value, headers, time and partition', async () => {
    const topic = await topics()
    const binary = Buffer.from([0, 255, 254, 10])
    await write(topic, [
      deadLetterRecord(topic, 2, {
        key: binary,
        value: binary,
        timestamp: '1600000000123',
        headers: { run: binary },
      }),
      deadLetterRecord(topic, 1, { key: null, value: null, timestamp: '1500000000000' }),
      deadLetterRecord(topic, 0, {
        key: '',
        value: '',
        timestamp: '999',
        headers: { tag: ['b', 'a'], empty: '', ['__proto__']: 'x', constructor: 'y' },
      }),
    ])
    expect(await replayAll(topic)).toEqual({ replayed: 3, foreign: 0, emptied: 0 })
    const records = (await recordsOf(topic.of)).sort((a, b) => b.partition - a.partition)
    const bytes = (text: string) => Buffer.from(text)
    expect(records.map(({ partition, key, value, timestamp }) => [partition, key, value, timestamp])).toEqual(
      [
        [2, binary, binary, '1600000000123'],
        [1, null, null, '1500000000000'],
        [0, bytes(''), bytes(''), '999'],
      ],
    )
    expect(records.map((record) => deadLetterOf(0, record))).toMatchObject([
      { replayOf: '0/0', headers: [['run', binary]] },
      { replayOf: '0/1', headers: [] },
      {
        replayOf: '0/2',
        headers: [
          ['tag', bytes('b')],
          ['tag', bytes('a')],
          ['empty', bytes('')],
          ['__proto__', bytes('x')],
          ['constructor', bytes('y')],
        ],
      },
    ])
  })

  test('counts records with a header without a value, which kafkajs writes as an empty value', async () => {
    const topic = await topics()
    const producer = new Producer({ ...platformaticOptions(profile, 'test') })
    const said = Object.entries(deadLetterRecord(topic, 0, { value: null }).headers ?? {})
    const headers = new Map([['flag', null as unknown as string], ...(said as [string, string][])])
    await producer.send({
      messages: [
        {
          topic: topic.name,
          partition: 0,
          headers: new Map(
            [...headers].map(([name, value]) => [Buffer.from(name), value && Buffer.from(value)]),
          ),
        } as never,
      ],
      acks: -1,
    })
    await producer.close()
    expect((await deadLettersIn(topic))[0]?.headers).toEqual([['flag', null]])
    expect(await replayAll(topic)).toEqual({ replayed: 1, foreign: 0, emptied: 1 })
    expect((await recordsOf(topic.of))[0]?.headers?.flag).toEqual(Buffer.alloc(0))
  })

  test('sends each record once, and later only new records', async () => {
    const topic = await topics()
    await write(topic, numbered(topic, 0, 3))
    expect((await pendingDeadLetters(admin, topic)).recorded).toBe(false)
    expect(await replayAll(topic)).toMatchObject({ replayed: 3 })
    expect((await pendingDeadLetters(admin, topic)).recorded).toBe(true)
    expect(await replayAll(topic)).toMatchObject({ replayed: 0 })
    await write(topic, numbered(topic, 3, 2))
    expect((await deadLettersIn(topic, true)).map(({ offset }) => offset)).toEqual([3, 4])
    expect(await replayAll(topic)).toMatchObject({ replayed: 2 })
    expect(await valuesOf(topic.of)).toEqual(['0', '1', '2', '3', '4'])
    expect(await deadLettersIn(topic)).toHaveLength(5)
  })

  test('ends if only an aborted transaction is left', async () => {
    const topic = await topics()
    await write(topic, numbered(topic, 0, 1))
    expect(await replayAll(topic)).toMatchObject({ replayed: 1 })
    const producer = kafka.producer({
      transactionalId: unique('tx'),
      maxInFlightRequests: 1,
      idempotent: true,
    })
    await producer.connect()
    const transaction = await producer.transaction()
    await transaction.send({ topic: topic.name, messages: numbered(topic, 1, 1) })
    await transaction.abort()
    await producer.disconnect()
    // One record, the aborted record, and its marker.
    await expect.poll(async () => (await stableOffsets(admin, topic.name)).get(0)).toBe(3)
    expect(await replayAll(topic)).toMatchObject({ replayed: 0 })
  })

  test('with a limit takes the first records, and the next replay continues after them', async () => {
    const topic = await topics()
    await write(topic, numbered(topic, 0, REPLAY_CHUNK + 10))
    expect(await replayAll(topic, { limit: 3 })).toMatchObject({ replayed: 3 })
    expect(await valuesOf(topic.of)).toEqual(['0', '1', '2'])
    expect(await replayAll(topic, { limit: REPLAY_CHUNK + 1 })).toMatchObject({ replayed: REPLAY_CHUNK + 1 })
    expect(await replayAll(topic)).toMatchObject({ replayed: 6 })
    const expected = Array.from({ length: REPLAY_CHUNK + 10 }, (_, index) => String(index))
    expect(await valuesOf(topic.of)).toEqual(expected)
  })

  test('ends at the given offsets, even if more records arrive', async () => {
    const topic = await topics()
    await write(topic, numbered(topic, 0, 2))
    const { to } = await pendingDeadLetters(admin, topic)
    await write(topic, numbered(topic, 2, 2))
    expect(await replayAll(topic, { to })).toMatchObject({ replayed: 2 })
    expect(await valuesOf(topic.of)).toEqual(['0', '1'])
    expect(await deadLettersIn(topic, true)).toHaveLength(2)
  })

  test('that is stopped neither duplicates nor loses a record', async () => {
    const topic = await topics()
    await write(topic, numbered(topic, 0, 5 * REPLAY_CHUNK))
    const stop = new AbortController()
    const first = await replayAll(topic, { signal: stop.signal, onProgress: () => stop.abort() })
    expect(first.replayed).toBe(REPLAY_CHUNK)
    expect(await valuesOf(topic.of)).toHaveLength(REPLAY_CHUNK)
    expect(await replayAll(topic)).toMatchObject({ replayed: 4 * REPLAY_CHUNK })
    const expected = Array.from({ length: 5 * REPLAY_CHUNK }, (_, index) => String(index))
    expect(await valuesOf(topic.of)).toEqual(expected)
  })

  test('skips records whose headers do not name the topic as their origin', async () => {
    const topic = await topics()
    await write(topic, [
      { value: 'by hand', partition: 0 },
      deadLetterRecord({ ...topic, of: 'elsewhere' }, 0, { value: 'of another' }),
      deadLetterRecord(topic, 0, { value: 'ours' }),
    ])
    expect(await replayAll(topic)).toEqual({ replayed: 1, foreign: 2, emptied: 0 })
    expect(await valuesOf(topic.of)).toEqual(['ours'])
  })

  test('moves a record whose partition no longer exists to an existing partition', async () => {
    const topic = await topics(2)
    await write(topic, [
      deadLetterRecord(topic, 5, { key: null, value: 'a' }),
      deadLetterRecord(topic, 5, { key: 'k', value: 'b' }),
    ])
    expect(await replayAll(topic)).toMatchObject({ replayed: 2 })
    const records = await recordsOf(topic.of)
    expect(records.find(({ key }) => key === null)?.partition).toBe(1)
    expect(records).toHaveLength(2)
  })

  test('is refused while another member is in the group', async () => {
    const topic = await topics()
    await write(topic, numbered(topic, 0, 1))
    const other = kafka.consumer({ groupId: replayGroup(topic.of) })
    const joined = new Promise((resolve) => other.on(other.events.GROUP_JOIN, resolve))
    await other.connect()
    await other.subscribe({ topic: topic.name })
    await other.run({ autoCommit: false, eachMessage: async () => undefined })
    await joined
    const refused = replayAll(topic)
    await expect(refused).rejects.toThrow(ReplayError)
    await expect(refused).rejects.toThrow(`the group ${replayGroup(topic.of)} has a member`)
    await other.disconnect()
    expect(await replayAll(topic)).toMatchObject({ replayed: 1 })
  })

  test('that starts twice at once writes every record once', async () => {
    const topic = await topics()
    await write(topic, numbered(topic, 0, 3 * REPLAY_CHUNK))
    const both = await Promise.allSettled([replayAll(topic), replayAll(topic)])
    const done = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value.replayed] : []))
    expect(done.reduce((sum, count) => sum + count, 0)).toBe(3 * REPLAY_CHUNK)
    expect(new Set(await valuesOf(topic.of)).size).toBe(3 * REPLAY_CHUNK)
    expect(await valuesOf(topic.of)).toHaveLength(3 * REPLAY_CHUNK)
  })

  test('that cannot write throws and leaves the records pending', async () => {
    const topic = await topics()
    await admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: 2, name: topic.of, configEntries: [{ name: 'max.message.bytes', value: '1000' }] }],
    })
    await write(topic, [deadLetterRecord(topic, 0, { value: 'x'.repeat(2_000) })])
    await expect(replayAll(topic)).rejects.toThrow(/larger|too large/i)
    expect(await deadLettersIn(topic, true)).toHaveLength(1)
  })
})
