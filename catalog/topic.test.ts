import { expect, test } from 'vitest'
import {
  ANY_TIME,
  APPEND_TIME,
  CLIENT_TIME,
  days,
  PASSED_ON_TIME,
  type RecordTime,
  type Retention,
  type Topic,
  topicConfig,
} from './topic.ts'

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

test.each([
  [
    'clients',
    CLIENT_TIME,
    { 'message.timestamp.type': 'CreateTime', 'message.timestamp.after.max.ms': '3600000' },
  ],
  [
    'processors',
    PASSED_ON_TIME,
    { 'message.timestamp.type': 'CreateTime', 'message.timestamp.after.max.ms': '86400000' },
  ],
  [
    'anybody',
    ANY_TIME,
    { 'message.timestamp.type': 'CreateTime', 'message.timestamp.after.max.ms': '9223372036854775807' },
  ],
  ['the broker', APPEND_TIME, { 'message.timestamp.type': 'LogAppendTime' }],
] as [string, RecordTime, Record<string, string>][])(
  'a topic with the time of %s sets the kind of time and how far ahead it may be',
  (_, time, config) => {
    expect(topicConfig({ ...keeping(days(3)), time })).toMatchObject(config)
  },
)
