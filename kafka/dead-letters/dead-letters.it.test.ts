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
import { Causes, type DeadLetterTopic, everyLetter, readLetters, waitingLetters } from './dead-letters.ts'

async function topics(partitions = 3): Promise<DeadLetterTopic> {
  const of = unique('input')
  const topic = { name: `${of}-dlq`, of }
  await createTopics(admin, [
    { topic: of, numPartitions: partitions },
    { topic: topic.name, numPartitions: 1 },
  ])
  return topic
}

/** A letter as a task writes it. */
function letter(topic: DeadLetterTopic, partition: number, change: Message, error = 'NOT_JSON'): Message {
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
  return Array.from({ length: count }, (_, index) => letter(topic, 0, { value: String(from + index) }))
}

async function replayAll(topic: DeadLetterTopic, change: Partial<ReplayOptions> = {}): Promise<Outcome> {
  const { to } = await waitingLetters(admin, topic)
  const signal = AbortSignal.timeout(60_000)
  return replay(profile, topic, { to, limit: Number.POSITIVE_INFINITY, signal, ...change })
}

async function lettersIn(topic: DeadLetterTopic, waiting = false): Promise<DeadLetter[]> {
  const range = await (waiting ? waitingLetters : everyLetter)(admin, topic)
  const found: DeadLetter[] = []
  await readLetters(profile, topic, range, {
    onLetters: (letters) => {
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

describe('the letters of a topic', () => {
  test('are those of committed transactions, counted by error and processor', async () => {
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
      await transaction.send({ topic: topic.name, messages: [letter(topic, 0, { value: 'x' }, error)] })
      await (commit ? transaction.commit() : transaction.abort())
    }
    await producer.send({ topic: topic.name, messages: [{ value: 'no letter' }] })
    await producer.disconnect()
    const causes = new Causes()
    for (const one of await lettersIn(topic)) causes.add(one)
    expect(causes.total).toBe(4)
    expect(causes.list).toEqual([
      { error: 'NO_ID', processor: 'some-processor', records: 2 },
      { error: 'NOT_JSON', processor: 'some-processor', records: 1 },
      { error: undefined, processor: undefined, records: 1 },
    ])
    // What was aborted is not written back either, and the markers do not hold a replay up.
    expect(await replayAll(topic)).toEqual({ replayed: 3, foreign: 1, emptied: 0 })
    expect(await lettersIn(topic, true)).toEqual([])
  })

  test('are read no further than whoever reads them wants', async () => {
    const topic = await topics()
    // More than one fetch brings.
    const large = 'x'.repeat(800_000)
    await write(
      topic,
      Array.from({ length: 20 }, () => letter(topic, 0, { value: large })),
    )
    let calls = 0
    await readLetters(profile, topic, await everyLetter(admin, topic), {
      onLetters: (letters) => {
        calls += 1
        expect(letters.length).toBeLessThan(20)
        return false
      },
    })
    expect(calls).toBe(1)
  })
})

describe('a replay', () => {
  test('writes key, value, headers and time back as they were, into the partition they came from', async () => {
    const topic = await topics()
    const binary = Buffer.from([0, 255, 254, 10])
    await write(topic, [
      letter(topic, 2, { key: binary, value: binary, timestamp: '1600000000123', headers: { run: binary } }),
      letter(topic, 1, { key: null, value: null, timestamp: '1500000000000' }),
      letter(topic, 0, {
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

  test('counts letters with a header without a value, which kafkajs can only write empty', async () => {
    const topic = await topics()
    const producer = new Producer({ ...platformaticOptions(profile, 'test') })
    const said = Object.entries(letter(topic, 0, { value: null }).headers ?? {})
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
    expect((await lettersIn(topic))[0]?.headers).toEqual([['flag', null]])
    expect(await replayAll(topic)).toEqual({ replayed: 1, foreign: 0, emptied: 1 })
    expect((await recordsOf(topic.of))[0]?.headers?.flag).toEqual(Buffer.alloc(0))
  })

  test('sends nothing a second time, and later only what is new', async () => {
    const topic = await topics()
    await write(topic, numbered(topic, 0, 3))
    expect((await waitingLetters(admin, topic)).recorded).toBe(false)
    expect(await replayAll(topic)).toMatchObject({ replayed: 3 })
    expect((await waitingLetters(admin, topic)).recorded).toBe(true)
    expect(await replayAll(topic)).toMatchObject({ replayed: 0 })
    await write(topic, numbered(topic, 3, 2))
    expect((await lettersIn(topic, true)).map(({ offset }) => offset)).toEqual([3, 4])
    expect(await replayAll(topic)).toMatchObject({ replayed: 2 })
    expect(await valuesOf(topic.of)).toEqual(['0', '1', '2', '3', '4'])
    expect(await lettersIn(topic)).toHaveLength(5)
  })

  test('ends although only an aborted transaction is left', async () => {
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
    // One letter, the aborted one, and its marker.
    await expect.poll(async () => (await stableOffsets(admin, topic.name)).get(0)).toBe(3)
    expect(await replayAll(topic)).toMatchObject({ replayed: 0 })
  })

  test('with a limit takes the first ones, and the next one goes on behind them', async () => {
    const topic = await topics()
    await write(topic, numbered(topic, 0, REPLAY_CHUNK + 10))
    expect(await replayAll(topic, { limit: 3 })).toMatchObject({ replayed: 3 })
    expect(await valuesOf(topic.of)).toEqual(['0', '1', '2'])
    expect(await replayAll(topic, { limit: REPLAY_CHUNK + 1 })).toMatchObject({ replayed: REPLAY_CHUNK + 1 })
    expect(await replayAll(topic)).toMatchObject({ replayed: 6 })
    const expected = Array.from({ length: REPLAY_CHUNK + 10 }, (_, index) => String(index))
    expect(await valuesOf(topic.of)).toEqual(expected)
  })

  test('ends where the letters ended when it was asked for, though more come meanwhile', async () => {
    const topic = await topics()
    await write(topic, numbered(topic, 0, 2))
    const { to } = await waitingLetters(admin, topic)
    await write(topic, numbered(topic, 2, 2))
    expect(await replayAll(topic, { to })).toMatchObject({ replayed: 2 })
    expect(await valuesOf(topic.of)).toEqual(['0', '1'])
    expect(await lettersIn(topic, true)).toHaveLength(2)
  })

  test('that is stopped doubles and loses nothing', async () => {
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

  test('passes over what does not say that it comes from the topic', async () => {
    const topic = await topics()
    await write(topic, [
      { value: 'by hand', partition: 0 },
      letter({ ...topic, of: 'elsewhere' }, 0, { value: 'of another' }),
      letter(topic, 0, { value: 'ours' }),
    ])
    expect(await replayAll(topic)).toEqual({ replayed: 1, foreign: 2, emptied: 0 })
    expect(await valuesOf(topic.of)).toEqual(['ours'])
  })

  test('puts a letter whose partition is gone into one that there is', async () => {
    const topic = await topics(2)
    await write(topic, [
      letter(topic, 5, { key: null, value: 'a' }),
      letter(topic, 5, { key: 'k', value: 'b' }),
    ])
    expect(await replayAll(topic)).toMatchObject({ replayed: 2 })
    const records = await recordsOf(topic.of)
    expect(records.find(({ key }) => key === null)?.partition).toBe(1)
    expect(records).toHaveLength(2)
  })

  test('is refused while the group has a member', async () => {
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

  test('started twice at once writes every letter once', async () => {
    const topic = await topics()
    await write(topic, numbered(topic, 0, 3 * REPLAY_CHUNK))
    const both = await Promise.allSettled([replayAll(topic), replayAll(topic)])
    const done = both.flatMap((one) => (one.status === 'fulfilled' ? [one.value.replayed] : []))
    expect(done.reduce((sum, count) => sum + count, 0)).toBe(3 * REPLAY_CHUNK)
    expect(new Set(await valuesOf(topic.of)).size).toBe(3 * REPLAY_CHUNK)
    expect(await valuesOf(topic.of)).toHaveLength(3 * REPLAY_CHUNK)
  })

  test('that cannot write says so and leaves the letters waiting', async () => {
    const topic = await topics()
    await admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: 2, name: topic.of, configEntries: [{ name: 'max.message.bytes', value: '1000' }] }],
    })
    await write(topic, [letter(topic, 0, { value: 'x'.repeat(2_000) })])
    await expect(replayAll(topic)).rejects.toThrow(/larger|too large/i)
    expect(await lettersIn(topic, true)).toHaveLength(1)
  })
})
