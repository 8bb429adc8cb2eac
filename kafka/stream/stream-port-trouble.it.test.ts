import kafkajs, { type Kafka } from 'kafkajs'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { admin, profile } from '../clients/test-broker.ts'
import { PlatformaticFetcher } from '../platformatic/platformatic-fetcher.ts'
import type { OutputRecord } from '../protocol/record.ts'
import { KafkajsStream } from './kafkajs-stream.ts'
import { PlatformaticStream } from './platformatic-stream.ts'
import type { Batch } from './stream-port.ts'
import {
  Copy,
  filled,
  numbers,
  optionsFor,
  PARTITIONS,
  ports,
  read,
  runUntilFilled,
  send,
  topicsFor,
  valuesOf,
} from './test-stream-port.ts'

/** Longer than sessions may fail in a row. */
const LATER_MS = 301_000

afterEach(() => void vi.restoreAllMocks())

test('the stream port on @platformatic/kafka survives failures that lie far apart on an idle topic', async () => {
  const topics = await topicsFor('idle')
  const handler = new Copy(topics)
  const options = optionsFor(topics)
  const stop = new AbortController()
  const running = new PlatformaticStream(profile, options).run(handler, stop.signal)
  const now = Date.now
  const fetch = vi.spyOn(PlatformaticFetcher.prototype, 'fetch')
  for (let round = 0; round < 3; round += 1) {
    const opened = handler.opened.length
    const fetched = fetch.mock.calls.length
    await Promise.race([
      expect.poll(() => fetch.mock.calls.length, { timeout: 40_000 }).toBeGreaterThan(fetched + 3),
      running,
    ])
    // As when a broker goes away.
    fetch.mockRejectedValueOnce(new Error('the connection is lost'))
    await Promise.race([
      expect.poll(() => handler.opened.length, { timeout: 40_000 }).toBe(Math.max(4, opened) + PARTITIONS),
      running,
    ])
    const shift = (round + 1) * LATER_MS
    vi.spyOn(Date, 'now').mockImplementation(() => now() + shift)
  }
  vi.spyOn(Date, 'now').mockImplementation(now)
  await send(topics.input, numbers(10))
  await filled(topics.output, 10)
  stop.abort()
  await running
  expect(options.lines.filter((line) => line.includes('working again'))).toHaveLength(3)
})

test('the stream port on kafkajs revokes no partition that it failed to open before assigning it', async () => {
  const topics = await topicsFor('unopened')
  await send(topics.input, numbers(8))
  const handler = new Copy(topics)
  failFirstTransactions(PARTITIONS)
  const options = optionsFor(topics)
  await runUntilFilled((...of) => new KafkajsStream(...of), topics, 8, handler, options)
  expect(options.meter.aborts).toBe(PARTITIONS)
  expect(handler.closed.toSorted()).toEqual(handler.opened.toSorted())
})

/** Has the first transaction of each of the next kafkajs producers fail. */
function failFirstTransactions(producers: number): void {
  const { producer: create } = kafkajs.Kafka.prototype
  let left = producers
  vi.spyOn(kafkajs.Kafka.prototype, 'producer').mockImplementation(function (this: Kafka, options) {
    const producer = create.call(this, options)
    if (left > 0) vi.spyOn(producer, 'transaction').mockRejectedValueOnce(new Error('the connection is lost'))
    left -= 1
    return producer
  })
}

/** Copies records and insists that their partition is open, as the runtime does. Waits before its first batch of all partitions but one. */
class Slow extends Copy {
  readonly held = Promise.withResolvers<void>()
  readonly waiting = new Set<number>()

  async prepare(batches: readonly Batch[]): Promise<void> {
    for (const { partition, records } of batches) {
      if (partition === PARTITIONS - 1 || records.length === 0) continue
      this.waiting.add(partition)
      await this.held.promise
    }
  }

  override process(batches: readonly Batch[]): OutputRecord[] {
    const count = (list: readonly number[], partition: number) =>
      list.filter((one) => one === partition).length
    for (const { partition } of batches) {
      if (count(this.opened, partition) !== count(this.closed, partition) + 1)
        throw new Error(`a batch of partition ${partition} came while it was not open`)
    }
    return super.process(batches)
  }
}

describe.each(ports)('the stream port on %s', (name, createPort) => {
  test('writes each record once although the group rebalances while a batch is prepared', async () => {
    const topics = await topicsFor('slow')
    await send(topics.input, numbers(40))
    const slow = new Slow(topics)
    const stops = [new AbortController(), new AbortController()] as const
    const joins = name === 'kafkajs' ? kafkajsJoins() : []
    const first = createPort(profile, optionsFor(topics)).run(slow, stops[0].signal)
    await expect.poll(() => slow.waiting.size, { timeout: 40_000 }).toBeGreaterThan(0)
    const second = createPort(profile, optionsFor(topics)).run(new Copy(topics), stops[1].signal)
    const { groupId } = optionsFor(topics)
    const isStable = async () => (await admin.describeGroups([groupId])).groups[0]?.state === 'Stable'
    await expect.poll(isStable, { timeout: 40_000, interval: 100 }).toBe(false)
    // With several brokers, or after a crash, kafkajs rejoins during a batch, and emits this event.
    for (const join of joins.slice(0, 1)) join({ payload: { memberAssignment: {} } })
    slow.held.resolve()
    await send(topics.input, numbers(40, 'b'))
    await Promise.race([filled(topics.output, (await read(topics.input)).length), first])
    for (const stop of stops) stop.abort()
    await Promise.all([first, second])
    expect(await valuesOf(topics.output)).toEqual(await valuesOf(topics.input))
  })
})

type Join = (event: { payload: { memberAssignment: object } }) => void

/** The join listeners of kafkajs consumers that are created from now on, in order. */
function kafkajsJoins(): Join[] {
  const joins: Join[] = []
  const { consumer: create } = kafkajs.Kafka.prototype
  vi.spyOn(kafkajs.Kafka.prototype, 'consumer').mockImplementation(function (this: Kafka, options) {
    const consumer = create.call(this, options)
    const on = consumer.on as (event: string, listener: Join) => () => void
    const watched = (event: string, listener: Join) => {
      if (event === consumer.events.GROUP_JOIN) joins.push(listener)
      return on(event, listener)
    }
    consumer.on = watched as typeof consumer.on
    return consumer
  })
  return joins
}
