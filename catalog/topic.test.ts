import { expect, test } from 'vitest'
import { days, type Retention, type Topic, topicConfig } from './topic.ts'

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

test('days() gives a retention in milliseconds', () => {
  expect(days(7)).toEqual({ policy: 'delete', ms: 604_800_000 })
})

test('a topic with a retention time has retention.ms in milliseconds, as text', () => {
  expect(topicConfig(keeping(days(3)))).toEqual({ 'cleanup.policy': 'delete', 'retention.ms': '259200000' })
})

test('a compacted topic sets no retention.ms', () => {
  expect(topicConfig(keeping({ policy: 'compact' }))).toEqual({ 'cleanup.policy': 'compact' })
})
