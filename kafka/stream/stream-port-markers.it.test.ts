import kafkajs, { type Kafka } from 'kafkajs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { unique } from '../profile/test-profile.ts'
import type { StreamHandler } from './stream-port.ts'
import {
  admin,
  Copy,
  filled,
  kafka,
  numbers,
  ONCE,
  optionsFor,
  ports,
  profile,
  send,
  type Topics,
  topicsFor,
  valuesOf,
} from './test-stream-port.ts'

const PARTITION = 0

afterEach(() => void vi.restoreAllMocks())

/** Leaves an aborted record and its marker in the input. */
async function abortOne({ input }: Topics): Promise<void> {
  const producer = kafka.producer({ ...ONCE, transactionalId: unique('tx') })
  await producer.connect()
  const transaction = await producer.transaction()
  await transaction.send({ topic: input, messages: [{ value: 'dropped', partition: PARTITION }] })
  await transaction.abort()
  await producer.disconnect()
}

async function committed({ input }: Topics): Promise<number> {
  const { groupId } = optionsFor({ input, output: '' })
  const [found] = await admin.fetchOffsets({ groupId, topics: [input] })
  return Number(found?.partitions.find(({ partition }) => partition === PARTITION)?.offset)
}

/** The last offset of each batch that the kafkajs consumers made from now on have found empty. */
function emptyBatches(): number[] {
  const offsets: number[] = []
  const { consumer: create } = kafkajs.Kafka.prototype
  vi.spyOn(kafkajs.Kafka.prototype, 'consumer').mockImplementation(function (this: Kafka, options) {
    const consumer = create.call(this, options)
    consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => {
      if (payload.batchSize === 0) offsets.push(Number(payload.lastOffset))
    })
    return consumer
  })
  return offsets
}

describe.each(ports)('the stream port on %s', (name, createPort) => {
  test('commits the offset behind an aborted transaction too, with nothing to hand over', async () => {
    const topics = await topicsFor('markers')
    await send(topics.input, ['first'], PARTITION)
    const stop = new AbortController()
    const running = createPort(profile, optionsFor(topics)).run(new Copy(topics), stop.signal)
    await filled(topics.output, 1)
    await abortOne(topics)
    await Promise.race([expect.poll(() => committed(topics), { timeout: 30_000 }).toBe(3), running])
    stop.abort()
    await running
  })

  test('commits the offset behind markers that are fetched while the offset before them is committed', async () => {
    const topics = await topicsFor('more-markers')
    const empty = name === 'kafkajs' ? emptyBatches() : undefined
    const handler: StreamHandler = new Copy(topics)
    const held = Promise.withResolvers<void>()
    let isHolding = false
    handler.prepare = async () => {
      isHolding = true
      await held.promise
    }
    await abortOne(topics)
    const stop = new AbortController()
    const running = createPort(profile, optionsFor(topics)).run(handler, stop.signal)
    const arrived = (condition: () => boolean) =>
      Promise.race([expect.poll(condition, { timeout: 30_000 }).toBe(true), running])
    await arrived(() => isHolding)
    await abortOne(topics)
    if (empty) await arrived(() => empty.includes(3))
    held.resolve()
    await Promise.race([expect.poll(() => committed(topics), { timeout: 30_000 }).toBe(4), running])
    await send(topics.input, ['behind'], PARTITION)
    await Promise.race([filled(topics.output, 1), running])
    stop.abort()
    await running
  })

  test('commits offsets without any output in transactions close upon each other, and starts none over', async () => {
    const topics = await topicsFor('no-output')
    await send(topics.input, numbers(50), PARTITION)
    const handler: StreamHandler = new Copy(topics)
    handler.process = () => []
    let aborts = 0
    const { meter, ...options } = optionsFor(topics)
    const stop = new AbortController()
    const counting = { ...meter, aborted: () => void aborts++ }
    const running = createPort(profile, { ...options, batchSize: 1, meter: counting }).run(
      handler,
      stop.signal,
    )
    await Promise.race([expect.poll(() => committed(topics), { timeout: 60_000 }).toBe(50), running])
    stop.abort()
    await running
    expect(aborts).toBe(0)
  })

  test('counts lag from the committed offset to the last stable one: 0 when drained, open transactions or not', async () => {
    const topics = await topicsFor('lag')
    await send(topics.input, numbers(10), PARTITION)
    const producer = kafka.producer({ ...ONCE, transactionalId: unique('tx') })
    await producer.connect()
    const transaction = await producer.transaction()
    await transaction.send({ topic: topics.input, messages: [{ value: 'open', partition: PARTITION }] })
    await send(topics.input, ['behind'], PARTITION)
    const handler: StreamHandler = new Copy(topics)
    const held = Promise.withResolvers<void>()
    handler.prepare = () => held.promise
    let lag: number | undefined
    const { meter, ...options } = optionsFor(topics)
    const watching = {
      ...meter,
      lag: (partition: number, records: number) => {
        if (partition === PARTITION) lag = records
      },
    }
    const stop = new AbortController()
    const running = createPort(profile, { ...options, meter: watching }).run(handler, stop.signal)
    const becomes = (expected: number) =>
      Promise.race([expect.poll(() => lag, { timeout: 30_000 }).toBe(expected), running])
    await becomes(10)
    held.resolve()
    await Promise.race([filled(topics.output, 10), running])
    await becomes(0)
    await transaction.commit()
    await producer.disconnect()
    await Promise.race([filled(topics.output, 12), running])
    await Promise.race([expect.poll(() => committed(topics), { timeout: 30_000 }).toBe(13), running])
    await becomes(0)
    stop.abort()
    await running
  })

  for (const step of ['onAssigned', 'prepare'] as const) {
    test(`commits the offset behind markers although the first ${step} for them fails`, async () => {
      const topics = await topicsFor(`markers-${step}`)
      const handler: StreamHandler = new Copy(topics)
      const original = handler[step]?.bind(handler) as (() => Promise<void>) | undefined
      let failures = 0
      handler[step] = async (...values: unknown[]) => {
        const isOther = step === 'onAssigned' && values[0] !== PARTITION
        if (!isOther && failures++ === 0) throw new Error('the cluster is away')
        await original?.(...(values as []))
      }
      await abortOne(topics)
      const stop = new AbortController()
      const running = createPort(profile, optionsFor(topics)).run(handler, stop.signal)
      await Promise.race([expect.poll(() => committed(topics), { timeout: 30_000 }).toBe(2), running])
      await send(topics.input, ['behind'], PARTITION)
      await Promise.race([filled(topics.output, 1), running])
      stop.abort()
      await running
      expect(failures).toBeGreaterThan(0)
      expect(await valuesOf(topics.output)).toEqual(['behind'])
    })
  }
})
