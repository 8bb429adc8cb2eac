import { expect, test } from 'vitest'
import { topicConfig } from '../../catalog/topic.ts'
import { topicNamed, topics } from '../../catalog/topics.ts'
import type { GroupLag, LagSnapshot, PartitionLag } from '../lag/lag.ts'
import { describeTopic } from './topic-description.ts'

const logs = topicNamed('logs')
const asDeclared = { name: 'logs', partitions: logs.partitions, config: topicConfig(logs) }

function partition(topic: string, lag: number): PartitionLag {
  return { topic, partition: 0, committed: 0, start: 0, end: lag, lag, backlogAgeMs: 0, verdict: 'ok' }
}

function group(name: string, partitions: readonly PartitionLag[]): GroupLag {
  return {
    group: name,
    isDeclared: false,
    state: 'Stable',
    members: 1,
    verdict: 'ok',
    lag: partitions.reduce((sum, { lag }) => sum + lag, 0),
    backlogAgeMs: 0,
    eventAgeMs: undefined,
    consumedPerSecond: 0,
    producedPerSecond: 0,
    catchUpMs: 0,
    partitions,
  }
}

const snapshot: LagSnapshot = {
  at: 0,
  topics: [
    {
      topic: 'logs',
      partitions: [{ start: 1, stable: 7, highWatermark: 9 }],
      producedPerSecond: undefined,
    },
  ],
  groups: [
    group('of two topics', [partition('logs', 3), partition('logs', 2), partition('ssh-events', 40)]),
    group('of another', [partition('ssh-events', 40)]),
  ],
}

test('a topic as the catalog declares it has its offsets, its readers with their lag on it, and no changes', () => {
  expect(describeTopic('logs', topics, [asDeclared], snapshot)).toMatchObject({
    declared: logs,
    partitions: [{ partition: 0, start: 1, stable: 7, highWatermark: 9 }],
    readers: [{ group: 'of two topics', lag: 5 }],
    changes: [],
  })
})

test('a topic with another configuration has the change that apply would make', () => {
  const changed = { ...asDeclared, config: { ...asDeclared.config, 'retention.ms': '1' } }
  expect(describeTopic('logs', topics, [changed], snapshot)?.changes).toMatchObject([
    { kind: 'configure', settings: [{ name: 'retention.ms', from: '1' }] },
  ])
})

test('a declared topic that the cluster lacks has no offsets, and would be created', () => {
  expect(describeTopic('ssh-counts', topics, [], snapshot)).toMatchObject({
    cluster: undefined,
    partitions: [],
    changes: [{ kind: 'create' }],
  })
})

test('a topic that the catalog does not declare has no changes', () => {
  const foreign = { name: 'foreign', partitions: 2, config: {} }
  expect(describeTopic('foreign', topics, [foreign], snapshot)).toMatchObject({
    declared: undefined,
    cluster: foreign,
    changes: [],
  })
})

test('a name that neither catalog nor cluster has is not described', () => {
  expect(describeTopic('nothing', topics, [asDeclared], snapshot)).toBeUndefined()
})
