import { expect, test } from 'vitest'
import { testTopic } from './test-topic.ts'
import {
  ANY_TIME,
  APPEND_TIME,
  CLIENT_TIME,
  days,
  PASSED_ON_TIME,
  type RecordTime,
  topicConfig,
} from './topic.ts'

test('days() gives a retention in milliseconds', () => {
  expect(days(7)).toEqual({ policy: 'delete', ms: 604_800_000 })
})

test('a topic with a retention time has retention.ms in milliseconds, as text', () => {
  expect(topicConfig(testTopic({ retention: days(3) }))).toEqual({
    'cleanup.policy': 'delete',
    'retention.ms': '259200000',
  })
})

test('a compacted topic sets no retention.ms', () => {
  expect(topicConfig(testTopic({ retention: { policy: 'compact' } }))).toEqual({
    'cleanup.policy': 'compact',
  })
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
    expect(topicConfig(testTopic({ time }))).toMatchObject(config)
  },
)
