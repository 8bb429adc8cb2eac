import { createRequire } from 'node:module'
import type { KafkaMessage } from 'kafkajs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { beginningOffsets, type Offsets, stableOffsets } from './offsets.ts'
import { admin, newTopic, numberTexts as numbers, produce, profile, transact } from './test-broker.ts'
import { Reader } from './topic-follower.ts'

afterEach(() => {
  vi.restoreAllMocks()
})

/** Internals of kafkajs, to make it meet errors that a cluster gives only rarely. */
const group = createRequire(import.meta.url)('kafkajs/src/consumer/consumerGroup').prototype as {
  joinAndSync(): Promise<void>
  fetch(nodeId: string): Promise<{ readonly messages: readonly KafkaMessage[] }[]>
}

class ProtocolError extends Error {
  override readonly name = 'KafkaJSProtocolError'
  readonly retriable = true
  readonly type: string

  constructor(type: string) {
    super(type)
    this.type = type
  }
}

function write(topic: string, from: number, to: number): Promise<void> {
  return produce(
    topic,
    numbers(from, to).map((value) => ({ value })),
  )
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
    const topic = await newTopic('read', 2)
    await produce(
      topic,
      numbers(0, 50).map((value) => ({ value, partition: 1 })),
    )
    const from = new Map([
      [0, 0],
      [1, 20],
    ])
    expect(await read(topic, from, await stableOffsets(admin, topic))).toEqual(numbers(20, 50))
  })

  test('skips aborted transactions, and reaches an end that consists of their markers', async () => {
    const topic = await newTopic('read', 1)
    await transact(topic, ['commit', { value: 'kept' }], ['abort', { value: 'aborted' }])
    const end = new Map([[0, 4]])
    // The broker answers before the transaction's marker is in the log.
    await expect.poll(() => stableOffsets(admin, topic)).toEqual(end)
    expect(await read(topic, await beginningOffsets(admin, topic), end)).toEqual(['kept'])
  })

  test('ends with the error of its handler instead of handing the batch over again', async () => {
    const topic = await newTopic('read', 1)
    await write(topic, 0, 1)
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

  test('reads from the given offset although its group has no coordinator at first', async () => {
    const topic = await newTopic('read', 1)
    await write(topic, 0, 10)
    vi.spyOn(group, 'joinAndSync').mockRejectedValueOnce(new ProtocolError('GROUP_COORDINATOR_NOT_AVAILABLE'))
    expect(await read(topic, new Map([[0, 4]]), new Map([[0, 10]]))).toEqual(numbers(4, 10))
  })

  test('continues at its position after its group is rebalanced', async () => {
    const topic = await newTopic('read', 1)
    await write(topic, 0, 50)
    const values: string[] = []
    const reader = await Reader.start(profile, {
      application: 'test',
      topic,
      from: new Map([[0, 0]]),
      onBatch: async (_, messages) => {
        values.push(...messages.map(({ value }) => String(value)))
      },
    })
    await reader.reach(new Map([[0, 50]]), AbortSignal.timeout(30_000))
    const fetched = vi.spyOn(group, 'fetch').mockRejectedValueOnce(new ProtocolError('REBALANCE_IN_PROGRESS'))
    await expect.poll(() => fetched.mock.calls.length, { timeout: 10_000 }).toBeGreaterThan(1)
    await write(topic, 50, 60)
    await reader.reach(new Map([[0, 60]]), AbortSignal.timeout(30_000))
    await reader.close()
    expect(values).toEqual(numbers(0, 60))
    const fetches = await Promise.allSettled(fetched.mock.results.map(({ value }) => value))
    const batches = fetches.flatMap((fetch) => (fetch.status === 'fulfilled' ? fetch.value : []))
    const offsets = batches.flatMap(({ messages }) =>
      messages.map(({ offset }: KafkaMessage) => Number(offset)),
    )
    expect(Math.min(...offsets)).toBe(50)
  })

  test('closes although its handler is stuck', { timeout: 20_000 }, async () => {
    const topic = await newTopic('read', 1)
    await write(topic, 0, 1)
    const { promise: stuck, resolve: free } = Promise.withResolvers<void>()
    const handed = Promise.withResolvers<void>()
    const reader = await Reader.start(profile, {
      application: 'test',
      topic,
      from: new Map([[0, 0]]),
      onBatch: () => {
        handed.resolve()
        return stuck
      },
    })
    await handed.promise
    await reader.close()
    free()
  })

  test('leaves no group behind', async () => {
    const topic = await newTopic('read', 1)
    await read(topic, new Map([[0, 0]]), new Map([[0, 0]]))
    await expect
      .poll(async () =>
        (await admin.listGroups()).groups.filter(({ groupId }) => groupId.startsWith('test-reader-')),
      )
      .toEqual([])
  })
})

test('a reader that cannot start leaves no connection behind', async () => {
  const topic = await newTopic('read', 1)
  const consumer = createRequire(import.meta.url)('kafkajs/src/cluster').prototype as {
    addMultipleTargetTopics(topics: string[]): Promise<void>
  }
  const sockets = () => process.getActiveResourcesInfo().filter((name) => name === 'TCPSocketWrap').length
  const before = sockets()
  const refused = vi
    .spyOn(consumer, 'addMultipleTargetTopics')
    .mockRejectedValue(new ProtocolError('TOPIC_AUTHORIZATION_FAILED'))
  const starting = Reader.start(profile, {
    application: 'test',
    topic,
    from: new Map([[0, 0]]),
    onBatch: () => undefined,
  })
  await expect(starting).rejects.toThrow('TOPIC_AUTHORIZATION_FAILED')
  expect(refused).toHaveBeenCalled()
  await expect.poll(sockets, { timeout: 10_000 }).toBe(before)
})
