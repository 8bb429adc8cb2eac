import { expect, test } from 'vitest'
import { APPEND_TIME, days, type Retention, type Topic, topicConfig } from './topic.ts'

function keeping(retention: Retention): Topic {
  return {
    name: 'chat',
    description: 'What players say.',
    partitions: 1,
    retention,
    key: undefined,
    value: { kind: 'json' },
    writers: [],
    readers: [],
  }
}

test('days are counted in milliseconds', () => {
  expect(days(7)).toEqual({ policy: 'delete', ms: 604_800_000 })
})

test('a topic that keeps records for a time says so in milliseconds, as text', () => {
  expect(topicConfig(keeping(days(3)))).toEqual({ 'cleanup.policy': 'delete', 'retention.ms': '259200000' })
})

test('a compacted topic leaves the retention time to the cluster', () => {
  expect(topicConfig(keeping({ policy: 'compact' }))).toEqual({ 'cleanup.policy': 'compact' })
})

test('a topic whose records have the time at which the broker appends them says so', () => {
  const topic = { ...keeping({ policy: 'compact' }), time: APPEND_TIME }
  expect(topicConfig(topic)).toMatchObject({ 'message.timestamp.type': 'LogAppendTime' })
})
