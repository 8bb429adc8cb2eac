import { hash, randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { never, produce, profile, transact } from '../clients/test-broker.ts'
import type { StreamRecord } from '../protocol/record.ts'
import type { StreamHandler } from './stream-port.ts'
import {
  Copy,
  filled,
  numbers,
  optionsFor,
  PARTITIONS,
  ports,
  RecordedMetrics,
  read,
  runUntilFilled,
  send,
  topicsFor,
  valuesOf,
} from './test-stream-port.ts'

describe.each(ports)('the stream port on %s', (_, createPort, finishesBeforeRejoining) => {
  test('hands over each record with its bytes, headers and time, and writes it once', async () => {
    const topics = await topicsFor('bytes')
    const bytes = randomBytes(64)
    await produce(topics.input, [
      {
        key: bytes,
        value: bytes,
        partition: 1,
        timestamp: '1700000000123',
        headers: { a: bytes, b: ['1', '2'] },
      },
      { key: null, value: null, partition: 1, timestamp: '1600000000000' },
      { key: Buffer.alloc(0), value: Buffer.alloc(0), partition: 1, timestamp: '1' },
    ])
    await runUntilFilled(createPort, topics, 3)
    const plain = ({ partition, timestamp, key, value, headers }: StreamRecord) => ({
      partition,
      timestamp,
      key: key?.toString('hex'),
      value: value?.toString('hex'),
      headers: headers.map(([name, content]) => `${name}=${content?.toString('hex')}`),
    })
    expect((await read(topics.output)).map(plain)).toEqual((await read(topics.input)).map(plain))
  })

  test('hands over fetch responses of several MB, compressed or not', async () => {
    const topics = await topicsFor('large')
    for (let round = 0; round < 30; round += 1) {
      const messages = [0, 1, 2, 3].map((partition) => ({ value: randomBytes(200_000), partition }))
      // 1 is gzip.
      await produce(topics.input, messages, round % 2)
    }
    await runUntilFilled(createPort, topics, 120)
    const hashes = async (topic: string) =>
      (await read(topic)).map(({ value }) => hash('sha1', value as Buffer))
    expect(await hashes(topics.output)).toEqual(await hashes(topics.input))
  })

  test('continues after a restart at the end of the last transaction', async () => {
    const topics = await topicsFor('restart')
    for (const round of ['a', 'b', 'c']) {
      await send(topics.input, numbers(250, round))
      await runUntilFilled(createPort, topics, 250 * (round.charCodeAt(0) - 96))
    }
    expect(await valuesOf(topics.output)).toEqual(await valuesOf(topics.input))
  })

  test('hands over no record of an aborted transaction', async () => {
    const topics = await topicsFor('aborted')
    await transact(
      topics.input,
      ['commit', { value: 'kept-1', partition: 0 }],
      ['abort', { value: 'dropped-1', partition: 0 }],
      ['abort', { value: 'dropped-2', partition: 0 }],
      ['commit', { value: 'kept-2', partition: 0 }],
      ['abort', { value: 'dropped-3', partition: 0 }],
    )
    await runUntilFilled(createPort, topics, 2)
    expect(await valuesOf(topics.output)).toEqual(['kept-1', 'kept-2'])
  })

  test('shares the partitions with a second port, and writes each record once as the ports come and go', async () => {
    const topics = await topicsFor('shared')
    await send(topics.input, numbers(300, 'a'))
    const stops = [new AbortController(), new AbortController()] as const
    const handlers = [new Copy(topics), new Copy(topics)] as const
    const first = createPort(profile, optionsFor(topics)).run(handlers[0], stops[0].signal)
    await filled(topics.output, 300)
    const second = createPort(profile, optionsFor(topics)).run(handlers[1], stops[1].signal)
    await send(topics.input, numbers(300, 'b'))
    await expect
      .poll(
        async () => {
          // On kafkajs, a partition is opened by its first batch.
          await send(topics.input, numbers(3, 'more'))
          return handlers[1].opened.length
        },
        { timeout: 40_000, interval: 300 },
      )
      .toBeGreaterThan(0)
    stops[0].abort()
    await first
    await send(topics.input, numbers(300, 'c'))
    const total = (await read(topics.input)).length
    await filled(topics.output, total)
    stops[1].abort()
    await second
    expect(await valuesOf(topics.output)).toEqual(await valuesOf(topics.input))
    expect(handlers[0].closed.toSorted()).toEqual(expect.arrayContaining([0, 1, 2, 3]))
  })

  test('writes each record once while records flow in and other members join and leave', async () => {
    const topics = await topicsFor('flow')
    const flow = new AbortController()
    const flowing = (async () => {
      // To one partition at a time, so that some records always wait for a transaction when the group rebalances.
      for (let round = 0; !flow.signal.aborted; round += 1)
        await send(topics.input, numbers(30), round % PARTITIONS)
    })()
    const stop = new AbortController()
    const options = { ...optionsFor(topics), batchSize: 10_000, commitIntervalMs: 300 }
    const handler = new Copy(topics)
    const staying = createPort(profile, options).run(handler, stop.signal)
    const open = () => handler.opened.length - handler.closed.length
    await expect.poll(open, { timeout: 40_000 }).toBe(PARTITIONS)
    for (let round = 0; round < 3; round += 1) {
      const visitor = new Copy(topics)
      const leave = new AbortController()
      const visit = createPort(profile, { ...options, meter: new RecordedMetrics() }).run(
        visitor,
        leave.signal,
      )
      await expect.poll(() => visitor.opened.length, { timeout: 40_000 }).toBeGreaterThan(0)
      leave.abort()
      await visit
      await expect.poll(open, { timeout: 40_000 }).toBe(PARTITIONS)
    }
    flow.abort()
    await flowing
    const expected = await valuesOf(topics.input)
    await filled(topics.output, expected.length)
    stop.abort()
    await staying
    expect(await valuesOf(topics.output)).toEqual(expected)
    if (finishesBeforeRejoining) expect(options.meter.aborts).toBe(0)
  })

  test('retries a batch that cannot be prepared', async () => {
    const topics = await topicsFor('prepare')
    await send(topics.input, numbers(10))
    const handler: StreamHandler = new Copy(topics)
    let failures = 0
    handler.prepare = async () => {
      failures += 1
      if (failures < 3) throw new Error('the registry is away')
    }
    await runUntilFilled(createPort, topics, 10, handler)
  })

  test('ends with the error of its handler, and commits nothing of that batch', async () => {
    const topics = await topicsFor('fault')
    await send(topics.input, numbers(10))
    const handler = new Copy(topics)
    handler.process = () => {
      throw new TypeError('a bug')
    }
    await expect(createPort(profile, optionsFor(topics)).run(handler, never)).rejects.toThrow('a bug')
    expect(await read(topics.output)).toEqual([])
    await runUntilFilled(createPort, topics, 10)
  })
})
