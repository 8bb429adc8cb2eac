import type { Admin, Kafka, KafkaMessage } from 'kafkajs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createClient } from './client.ts'
import { endOffsets, type Offsets, startOffsets } from './offsets.ts'
import { Reader } from './reader.ts'
import { testProfile, unique } from './test-profile.ts'

const profile = testProfile()
let kafka: Kafka
let admin: Admin

beforeAll(async () => {
  kafka = createClient(profile, { clientId: 'test' })
  admin = kafka.admin()
  await admin.connect()
})

afterAll(() => admin.disconnect())

async function topicWith(partitions: number): Promise<string> {
  const topic = unique('read')
  await admin.createTopics({ topics: [{ topic, numPartitions: partitions }], waitForLeaders: true })
  return topic
}

async function read(topic: string, from: Offsets, to: Offsets): Promise<string[]> {
  const values: string[] = []
  const onBatch = (_: number, messages: readonly KafkaMessage[]) => {
    for (const { value } of messages) values.push(String(value))
  }
  const reader = await Reader.start(profile, { application: 'test', topic, from, onBatch })
  try {
    await reader.reach(to, AbortSignal.timeout(30_000))
  } finally {
    await reader.close()
  }
  return values
}

describe('a reader', () => {
  test('hands over every record from an offset on, once and in order', async () => {
    const topic = await topicWith(2)
    const producer = kafka.producer()
    await producer.connect()
    const messages = Array.from({ length: 50 }, (_, index) => ({ value: String(index), partition: 1 }))
    await producer.send({ topic, messages })
    await producer.disconnect()
    const from = new Map([
      [0, 0],
      [1, 20],
    ])
    const expected = Array.from({ length: 30 }, (_, index) => String(index + 20))
    expect(await read(topic, from, await endOffsets(admin, topic))).toEqual(expected)
  })

  test('passes over aborted transactions, and reaches an end that is only their markers', async () => {
    const topic = await topicWith(1)
    const producer = kafka.producer({
      transactionalId: unique('tx'),
      maxInFlightRequests: 1,
      idempotent: true,
    })
    await producer.connect()
    for (const [value, commit] of [
      ['kept', true],
      ['aborted', false],
    ] as const) {
      const transaction = await producer.transaction()
      await transaction.send({ topic, messages: [{ value }] })
      await (commit ? transaction.commit() : transaction.abort())
    }
    await producer.disconnect()
    const end = await endOffsets(admin, topic)
    expect(end.get(0)).toBe(4)
    expect(await read(topic, await startOffsets(admin, topic), end)).toEqual(['kept'])
  })

  test('ends with the error of its handler instead of handing the batch over again', async () => {
    const topic = await topicWith(1)
    const producer = kafka.producer()
    await producer.connect()
    await producer.send({ topic, messages: [{ value: 'x' }] })
    await producer.disconnect()
    let calls = 0
    const reader = await Reader.start(profile, {
      application: 'test',
      topic,
      from: new Map([[0, 0]]),
      onBatch: () => {
        calls += 1
        throw new Error('cannot take it')
      },
    })
    await expect(reader.reach(new Map([[0, 1]]))).rejects.toThrow('cannot take it')
    await reader.close()
    expect(calls).toBe(1)
  })

  test('leaves no group behind', async () => {
    const topic = await topicWith(1)
    await read(topic, new Map([[0, 0]]), new Map([[0, 0]]))
    await expect
      .poll(async () =>
        (await admin.listGroups()).groups.filter(({ groupId }) => groupId.startsWith('test-reader-')),
      )
      .toEqual([])
  })
})
