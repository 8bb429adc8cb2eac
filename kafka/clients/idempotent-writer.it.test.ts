import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { unique } from '../profile/test-profile.ts'
import { createTopics } from '../provision/topic-admin.ts'
import { FatalProduceError, IdempotentWriter } from './idempotent-writer.ts'
import { admin, never, profile } from './test-broker.ts'
import { numbered, numbersIn, upTo } from './test-numbered.ts'

let topic: string
let writer: IdempotentWriter

beforeEach(() => {
  topic = unique('written')
  writer = new IdempotentWriter(profile, { clientId: 'test', topic, warn: () => undefined })
})

afterEach(() => writer.close())

describe('an idempotent writer', () => {
  test('keeps a partition’s order across batches of over 900 KiB', async () => {
    await createTopics(admin, [{ topic, numPartitions: 2 }])
    expect(await writer.partitions(never)).toBe(2)
    // Five batches for one partition, among them a single large record, and one batch for the other partition.
    const large = numbered(topic, 0, 1_000, 1, 1_000_000)
    const records = [
      ...numbered(topic, 0, 0, 1_000, 2_000),
      ...large,
      ...numbered(topic, 0, 1_001, 1_000, 2_000),
      ...numbered(topic, 1, 0, 10),
    ]
    await writer.write(records, never)
    await writer.write(numbered(topic, 0, 2_001, 1_000), never)
    expect(await numbersIn(profile, topic, 0)).toEqual(upTo(3_001))
    expect(await numbersIn(profile, topic, 1)).toEqual(upTo(10))
    expect(writer.failures).toBe(0)
  })

  test('writes a batch once and in order although the response is lost', async () => {
    await createTopics(admin, [{ topic, numPartitions: 1 }])
    const sockets: Socket[] = []
    const own = (message: unknown) => sockets.push((message as { socket: Socket }).socket)
    subscribe('net.client.socket', own)
    await writer.write(numbered(topic, 0, 0, 10), never)
    unsubscribe('net.client.socket', own)
    for (const socket of sockets) socket.pause()
    const writing = writer.write(numbered(topic, 0, 10, 10), never)
    await expect.poll(() => numbersIn(profile, topic, 0)).toHaveLength(20)
    for (const socket of sockets) socket.destroy()
    await writing
    await writer.write(numbered(topic, 0, 20, 10), never)
    expect(writer.failures).toBeGreaterThan(0)
    expect(await numbersIn(profile, topic, 0)).toEqual(upTo(30))
  })

  test('a record above the topic’s limit gives an error with the topic and the fix, and later records are written', async () => {
    await createTopics(admin, [
      { topic, numPartitions: 1, configEntries: [{ name: 'max.message.bytes', value: '2000' }] },
    ])
    const refused = writer.write(numbered(topic, 0, 0, 1, 3_000), never)
    await expect(refused).rejects.toThrow(FatalProduceError)
    await expect(refused).rejects.toThrow(
      new RegExp(
        `partition 0 of ${topic}: .*MESSAGE_TOO_LARGE.*raise its max.message.bytes: playstream topics apply$`,
      ),
    )
    await writer.write(numbered(topic, 0, 0, 3), never)
    expect(await numbersIn(profile, topic, 0)).toEqual(upTo(3))
  })

  test('waits until its topic is created', async () => {
    const writing = writer.write(numbered(topic, 0, 0, 3), never)
    await expect.poll(() => writer.failures).toBeGreaterThan(0)
    await createTopics(admin, [{ topic, numPartitions: 1 }])
    await writing
    expect(await numbersIn(profile, topic, 0)).toEqual(upTo(3))
  })

  test('stops on abort although the broker accepts connections and never answers', async () => {
    const sockets = new Set<Socket>()
    const mute = createServer((socket) => sockets.add(socket))
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    const { port } = mute.address() as AddressInfo
    const waiting = new IdempotentWriter(
      { ...profile, bootstrapServers: [`127.0.0.1:${port}`] },
      { clientId: 'test', topic, warn: () => undefined },
    )
    const stop = new AbortController()
    const writing = waiting.write(numbered(topic, 0, 0, 1), stop.signal)
    const refused = expect(writing).rejects.toThrow('stopped by the test')
    await expect.poll(() => sockets.size).toBeGreaterThan(0)
    const before = performance.now()
    stop.abort(new Error('stopped by the test'))
    await refused
    // Well below the 15 s that a request may take.
    expect(performance.now() - before).toBeLessThan(5_000)
    for (const socket of sockets) socket.destroy()
    mute.close()
    await waiting.close()
  })
})
