import { createRequire } from 'node:module'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { unique } from '../profile/test-profile.ts'
import { committedOffsets, stableOffsets } from './offsets.ts'
import { Subscriber } from './subscriber.ts'
import { admin, newTopic, produce, profile, transact } from './test-broker.ts'

/** kafkajs's own, to make commits fail as they do when a coordinator moves. */
const group = createRequire(import.meta.url)('kafkajs/src/consumer/consumerGroup').prototype as {
  commitOffsets(offsets: object): Promise<void>
}

afterEach(() => void vi.restoreAllMocks())

/** A subscriber of a new topic, while the work is done: its group and the values that it was given. */
async function subscribed(
  work: (topic: string, groupId: string, values: string[]) => Promise<void>,
): Promise<void> {
  const topic = await newTopic('subscribed', 2)
  const groupId = unique('subscriber')
  const values: string[] = []
  const subscriber = await Subscriber.open(profile, {
    application: 'test',
    groupId,
    topic,
    warn: () => undefined,
    onRecord: async (value) => void values.push(String(value)),
  })
  const stop = new AbortController()
  const running = subscriber.run(stop.signal)
  try {
    await Promise.race([work(topic, groupId, values), running])
  } finally {
    stop.abort()
    await running
  }
}

/** Waits until the group has committed everything up to the last stable offset, which must be `end` in partition 0. */
async function expectNoLag(topic: string, groupId: string, end: number): Promise<void> {
  await expect
    .poll(() => stableOffsets(admin, topic), { timeout: 30_000 })
    .toEqual(
      new Map([
        [0, end],
        [1, 0],
      ]),
    )
  await expect
    .poll(() => committedOffsets(admin, groupId, topic), { timeout: 30_000 })
    .toEqual(await stableOffsets(admin, topic))
}

describe('the committed offset of a subscriber’s group', () => {
  test('is the last stable offset after a committed transaction', async () => {
    await subscribed(async (topic, groupId, values) => {
      await transact(topic, ['commit', { value: 'a', partition: 0 }, { value: 'b', partition: 0 }])
      await expectNoLag(topic, groupId, 3)
      expect(values).toEqual(['a', 'b'])
    })
  })

  test('is the last stable offset after an aborted transaction, of which nothing is delivered', async () => {
    await subscribed(async (topic, groupId, values) => {
      await produce(topic, [{ value: 'a', partition: 0 }])
      await expect.poll(() => values, { timeout: 30_000 }).toEqual(['a'])
      await transact(topic, ['abort', { value: 'dropped', partition: 0 }])
      await expectNoLag(topic, groupId, 3)
      expect(values).toEqual(['a'])
    })
  })

  test('is the last stable offset although the first commit for a marker fails', async () => {
    await subscribed(async (topic, groupId, values) => {
      await produce(topic, [{ value: 'a', partition: 0 }])
      await expectNoLag(topic, groupId, 1)
      const commit = vi.spyOn(group, 'commitOffsets').mockRejectedValueOnce(new Error('NOT_COORDINATOR'))
      await transact(topic, ['abort', { value: 'dropped', partition: 0 }])
      await expectNoLag(topic, groupId, 3)
      expect(commit.mock.calls.length).toBeGreaterThan(1)
      expect(values).toEqual(['a'])
    })
  })
})
