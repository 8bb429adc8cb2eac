import kafkajs, { type Kafka } from 'kafkajs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { committedOffsets } from '../clients/offsets.ts'
import { admin, openTransaction, profile, transact } from '../clients/test-broker.ts'
import type { StreamHandler } from './stream-port.ts'
import {
  Copy,
  filled,
  numbers,
  optionsFor,
  ports,
  send,
  type Topics,
  topicsFor,
  valuesOf,
} from './test-stream-port.ts'

const PARTITION = 0

afterEach(() => void vi.restoreAllMocks())

/** Leaves an aborted record and its marker in the input. */
function abortOne({ input }: Topics): Promise<void> {
  return transact(input, ['abort', { value: 'dropped', partition: PARTITION }])
}

async function committed(topics: Topics): Promise<number | undefined> {
  return (await committedOffsets(admin, optionsFor(topics).groupId, topics.input)).get(PARTITION)
}

/** The last offset of each batch without records that kafkajs consumers, created from now on, have passed. */
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
  test('commits the offset after an aborted transaction without handing anything over', async () => {
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

  test('commits the offset after markers that are fetched during the previous commit', async () => {
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

  test('commits transactions without output right after each other, and aborts none', async () => {
    const topics = await topicsFor('no-output')
    await send(topics.input, numbers(50), PARTITION)
    const handler: StreamHandler = new Copy(topics)
    handler.process = () => []
    const options = optionsFor(topics)
    const stop = new AbortController()
    const running = createPort(profile, { ...options, batchSize: 1 }).run(handler, stop.signal)
    await Promise.race([expect.poll(() => committed(topics), { timeout: 60_000 }).toBe(50), running])
    stop.abort()
    await running
    expect(options.meter.aborts).toBe(0)
  })

  test('counts lag from the committed to the last stable offset, which is 0 when drained although a transaction is open', async () => {
    const topics = await topicsFor('lag')
    await send(topics.input, numbers(10), PARTITION)
    const commit = await openTransaction(topics.input, [{ value: 'open', partition: PARTITION }])
    await send(topics.input, ['behind'], PARTITION)
    const handler: StreamHandler = new Copy(topics)
    const held = Promise.withResolvers<void>()
    handler.prepare = () => held.promise
    const options = optionsFor(topics)
    const stop = new AbortController()
    const running = createPort(profile, options).run(handler, stop.signal)
    const lag = () => options.meter.lags.get(PARTITION)
    const becomes = (expected: number) =>
      Promise.race([expect.poll(lag, { timeout: 30_000 }).toBe(expected), running])
    await becomes(10)
    held.resolve()
    await Promise.race([filled(topics.output, 10), running])
    await becomes(0)
    await commit()
    await Promise.race([filled(topics.output, 12), running])
    await Promise.race([expect.poll(() => committed(topics), { timeout: 30_000 }).toBe(13), running])
    await becomes(0)
    stop.abort()
    await running
  })

  for (const step of ['onAssigned', 'prepare'] as const) {
    test(`commits the offset after markers although the first ${step} for them fails`, async () => {
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
