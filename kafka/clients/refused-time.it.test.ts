import type { Message } from 'kafkajs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CLIENT_TIME } from '../../catalog/topic.ts'
import { testProfile, unique } from '../profile/test-profile.ts'
import { applyTopicChange } from '../provision/topic-admin.ts'
import { connectAdmin } from './connect-admin.ts'
import { RefusedTimeError } from './refused-time.ts'
import { Writer } from './writer.ts'

const HOUR = 3_600_000
const topic = unique('refused-time')
let writer: Writer

beforeAll(async () => {
  const admin = await connectAdmin(testProfile(), 'test')
  await applyTopicChange(admin, {
    kind: 'create',
    topic: {
      name: topic,
      description: '',
      partitions: 2,
      retention: { policy: 'delete', ms: HOUR },
      time: CLIENT_TIME,
      key: undefined,
      value: { kind: 'bytes' },
      writers: [],
      readers: [],
    },
  })
  await admin.disconnect()
  writer = await Writer.connect(testProfile(), 'test')
})

afterAll(() => writer.close())

/** Records at the given distances from now, in ms, in order. */
function records(...ahead: number[]): Message[] {
  return ahead.map((ms) => ({ partition: 1, value: 'x', timestamp: String(Date.now() + ms) }))
}

test('a record more than an hour ahead of the broker gives an error with its partition, time and fix', async () => {
  const refused = writer.send(topic, records(0, -HOUR, 3 * HOUR, 2 * HOUR))
  await expect(refused).rejects.toThrow(RefusedTimeError)
  await expect(refused).rejects.toThrow(
    new RegExp(
      `^topic ${topic} refused record 2 \\(partition 1\\) for its time, 20..-..-..T\\S+Z, 3 hours ahead of this machine's clock: ` +
        "correct the clock that set it, or raise the topic's message.timestamp.after.max.ms$",
    ),
  )
})

test('a refused record of a later request is named by its index among all records, with its key on one line', async () => {
  const large = Array.from({ length: 3 }, () => ({ partition: 0, value: Buffer.alloc(600_000) }))
  const late = { partition: 0, key: 'a\nb', value: '', timestamp: String(Date.now() * 1_000) }
  const refused = writer.send(topic, [...large, late])
  await expect(refused).rejects.toThrow(
    /refused record 3 \(partition 0, key 'a b'\) for its time, .* years ahead/,
  )
})

test('timestamps up to an hour ahead, long ago or missing are accepted', async () => {
  const odd = [-1, 0, 1_795_689_837].map((time) => ({ partition: 0, value: 'x', timestamp: String(time) }))
  await writer.send(topic, [...odd, ...records(HOUR - 60_000)])
})
