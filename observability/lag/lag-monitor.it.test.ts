import { Admin } from '@platformatic/kafka'
import { afterAll, describe, expect, test, vi } from 'vitest'
import { admin, kafka, profile } from '../../kafka/clients/test-broker.ts'
import { platformaticOptions } from '../../kafka/platformatic/platformatic-options.ts'
import { unique } from '../../kafka/profile/test-profile.ts'
import { createTopics } from '../../kafka/provision/topic-admin.ts'
import { LagMonitor } from './lag-monitor.ts'

/** kafkajs sets an offset by joining the group, which takes five seconds. */
const offsets = new Admin(platformaticOptions(profile, 'test'))

afterAll(() => offsets.close())

async function commit(group: string, topic: string, offset: bigint): Promise<void> {
  await offsets.alterConsumerGroupOffsets({
    groupId: group,
    topics: [{ name: topic, partitionOffsets: [{ partition: 0, offset }] }],
  })
}

/** A topic of one partition with a group's monitor, closed after the test. */
async function observed(onTestFinished: (close: () => Promise<void>) => void) {
  const topic = unique('lag')
  const group = unique('group')
  await createTopics(admin, [{ topic, numPartitions: 1 }])
  const monitor = new LagMonitor(profile, 'test', [{ group, topics: [topic] }])
  onTestFinished(() => monitor.close())
  const look = async () => {
    const found = (await monitor.look()).groups.find((one) => one.group === group)
    if (!found) throw new Error('the snapshot lacks a declared group')
    return found
  }
  return { topic, group, look }
}

async function transaction(
  topic: string,
  values: readonly string[],
  end: 'commit' | 'abort',
  timestamp = Date.now(),
) {
  const producer = kafka.producer({ transactionalId: unique('tx'), idempotent: true, maxInFlightRequests: 1 })
  await producer.connect()
  const open = await producer.transaction()
  await open.send({ topic, messages: values.map((value) => ({ value, timestamp: String(timestamp) })) })
  await open[end]()
  await producer.disconnect()
}

describe('lag on a transactional topic', () => {
  test('is exactly 0 once the group has committed all, markers and aborted records included', async ({
    onTestFinished,
  }) => {
    const { topic, group, look } = await observed(onTestFinished)
    await transaction(topic, ['a', 'b'], 'commit')
    await transaction(topic, ['c'], 'abort')
    // Two records and a marker, one record and a marker.
    expect(await look()).toMatchObject({ lag: 5, verdict: 'stopped' })
    await commit(group, topic, 5n)
    expect(await look()).toMatchObject({ lag: 0, backlogAgeMs: 0, partitions: [{ committed: 5, end: 5 }] })
  })

  test('does not count records of a transaction that is still open', async ({ onTestFinished }) => {
    const { topic, look } = await observed(onTestFinished)
    const producer = kafka.producer({
      transactionalId: unique('tx'),
      idempotent: true,
      maxInFlightRequests: 1,
    })
    await producer.connect()
    onTestFinished(() => producer.disconnect())
    const open = await producer.transaction()
    await open.send({ topic, messages: [{ value: 'a' }] })
    expect((await look()).lag).toBe(0)
    await open.commit()
    await vi.waitFor(async () => expect((await look()).lag).toBe(2), { timeout: 10_000 })
  })
})

test('events two hours late with a group that has caught up: backlog age 0, event age two hours', async ({
  onTestFinished,
}) => {
  const { topic, group, look } = await observed(onTestFinished)
  const twoHours = 2 * 60 * 60 * 1000
  await transaction(topic, ['late'], 'commit', Date.now() - twoHours)
  await commit(group, topic, 2n)
  const { lag, backlogAgeMs, eventAgeMs } = await look()
  expect({ lag, backlogAgeMs }).toEqual({ lag: 0, backlogAgeMs: 0 })
  expect(eventAgeMs).toBeGreaterThanOrEqual(twoHours)
  expect(eventAgeMs).toBeLessThan(twoHours + 60_000)
})

test('the backlog age grows while a group does not work', async ({ onTestFinished }) => {
  const { topic, group, look } = await observed(onTestFinished)
  await commit(group, topic, 0n)
  await look()
  await transaction(topic, ['a'], 'commit')
  const first = (await look()).backlogAgeMs as number
  await vi.waitFor(async () => expect((await look()).backlogAgeMs).toBeGreaterThan(first + 500), {
    timeout: 10_000,
  })
})

test('a running member is counted, and its end makes the group stopped', async ({ onTestFinished }) => {
  const { topic, group, look } = await observed(onTestFinished)
  const consumer = kafka.consumer({ groupId: group, sessionTimeout: 6_000 })
  await consumer.connect()
  await consumer.subscribe({ topic, fromBeginning: true })
  await consumer.run({ eachMessage: async () => undefined })
  await vi.waitFor(async () => expect(await look()).toMatchObject({ members: 1, verdict: 'ok' }), {
    timeout: 20_000,
  })
  await consumer.disconnect()
  await vi.waitFor(async () => expect(await look()).toMatchObject({ members: 0, verdict: 'stopped' }), {
    timeout: 20_000,
  })
})
