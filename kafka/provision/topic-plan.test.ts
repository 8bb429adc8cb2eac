import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { days, type Topic } from '../../catalog/topic.ts'
import { type ClusterTopic, planTopics, type TopicChange } from './topic-plan.ts'

function topicOf(name: string, partitions: number, retention: Topic['retention'] = days(7)): Topic {
  return {
    name,
    description: '',
    partitions,
    retention,
    key: undefined,
    value: { kind: 'bytes' },
    writers: [],
    readers: [],
  }
}

const weekLong = { 'cleanup.policy': 'delete', 'retention.ms': '604800000', 'min.insync.replicas': '1' }

function clusterTopic(
  name: string,
  partitions: number,
  config: Record<string, string> = weekLong,
): ClusterTopic {
  return { name, partitions, config }
}

const keep = { allowDelete: false }
const clean = { allowDelete: true }

/** The cluster after a change, as a broker would carry it out. */
function after(cluster: readonly ClusterTopic[], change: TopicChange): readonly ClusterTopic[] {
  const others = (name: string) => cluster.filter((topic) => topic.name !== name)
  const existing = (name: string) => cluster.find((topic) => topic.name === name)
  switch (change.kind) {
    case 'create': {
      const config =
        change.topic.retention.policy === 'compact'
          ? { 'cleanup.policy': 'compact', 'retention.ms': '604800000' }
          : { 'cleanup.policy': 'delete', 'retention.ms': String(change.topic.retention.ms) }
      return [...cluster, clusterTopic(change.topic.name, change.topic.partitions, config)]
    }
    case 'grow': {
      const config = existing(change.topic.name)?.config
      return [
        ...others(change.topic.name),
        clusterTopic(change.topic.name, change.topic.partitions, { ...config }),
      ]
    }
    case 'configure': {
      const { partitions = 0, config } = existing(change.topic.name) ?? {}
      const set = Object.fromEntries(change.settings.map(({ name, to }) => [name, to]))
      return [
        ...others(change.topic.name),
        clusterTopic(change.topic.name, partitions, { ...config, ...set }),
      ]
    }
    case 'delete':
      return others(change.name)
    case 'refuse':
      return cluster
  }
}

const name = fc.constantFrom('game-events', 'logs', 'chat', 'old', '_schemas', '__consumer_offsets')
const retention = fc.oneof(
  fc.integer({ min: 1, max: 30 }).map(days),
  fc.constant({ policy: 'compact' } as const),
)
const catalogs = fc.uniqueArray(
  fc
    .tuple(fc.constantFrom('game-events', 'logs', 'chat'), fc.integer({ min: 1, max: 9 }), retention)
    .map((all) => topicOf(...all)),
  { selector: (topic) => topic.name },
)
const config = fc.record(
  {
    'cleanup.policy': fc.constantFrom('delete', 'compact', 'compact,delete'),
    'retention.ms': fc.constantFrom('604800000', '86400000', '-1'),
    'segment.bytes': fc.constant('1073741824'),
  },
  { requiredKeys: [] },
)
const clusters = fc.uniqueArray(
  fc.tuple(name, fc.integer({ min: 1, max: 9 }), config).map((all) => clusterTopic(...all)),
  { selector: (topic) => topic.name },
)

describe('a plan for any catalog and cluster', () => {
  test('leaves only refused changes once it is applied', () => {
    fc.assert(
      fc.property(catalogs, clusters, fc.boolean(), (catalog, cluster, allowDelete) => {
        const { changes } = planTopics(catalog, cluster, { allowDelete })
        const again = planTopics(catalog, changes.reduce(after, cluster), { allowDelete })
        expect(again.changes).toEqual(changes.filter(({ kind }) => kind === 'refuse'))
      }),
    )
  })

  test('deletes nothing unless allowed', () => {
    fc.assert(
      fc.property(catalogs, clusters, (catalog, cluster) => {
        expect(planTopics(catalog, cluster, keep).changes.map(({ kind }) => kind)).not.toContain('delete')
      }),
    )
  })

  test('never deletes a declared topic or one of Kafka’s own', () => {
    fc.assert(
      fc.property(catalogs, clusters, (catalog, cluster) => {
        const spared = [...catalog.map((topic) => topic.name), '_schemas', '__consumer_offsets']
        for (const change of planTopics(catalog, cluster, clean).changes) {
          if (change.kind === 'delete') expect(spared).not.toContain(change.name)
        }
      }),
    )
  })

  test('never removes a partition', () => {
    fc.assert(
      fc.property(catalogs, clusters, (catalog, cluster) => {
        for (const change of planTopics(catalog, cluster, clean).changes) {
          if (change.kind === 'grow') expect(change.from).toBeLessThan(change.topic.partitions)
        }
      }),
    )
  })
})

describe('a plan', () => {
  test('is empty if the cluster matches the catalog, even with settings of its own', () => {
    expect(planTopics([topicOf('logs', 6)], [clusterTopic('logs', 6)], clean)).toEqual({
      changes: [],
      undeclared: [],
    })
  })

  test('creates, grows and configures topics in the catalog’s order', () => {
    const catalog = [topicOf('logs', 6, days(1)), topicOf('chat', 2), topicOf('game-events', 3)]
    const cluster = [clusterTopic('game-events', 2), clusterTopic('logs', 6)]
    expect(planTopics(catalog, cluster, keep).changes).toEqual([
      {
        kind: 'configure',
        topic: catalog[0],
        settings: [{ name: 'retention.ms', from: '604800000', to: '86400000' }],
      },
      { kind: 'create', topic: catalog[1] },
      { kind: 'grow', topic: catalog[2], from: 2 },
    ])
  })

  test('refuses to shrink a topic, names both numbers, and still configures the topic', () => {
    const { changes } = planTopics(
      [topicOf('logs', 6, { policy: 'compact' })],
      [clusterTopic('logs', 8)],
      keep,
    )
    expect(changes.map(({ kind }) => kind)).toEqual(['refuse', 'configure'])
    expect(changes[0]).toMatchObject({ reason: expect.stringMatching(/8.*6/) })
  })

  test('names undeclared topics, or deletes them if allowed', () => {
    const cluster = [
      clusterTopic('old', 1),
      clusterTopic('__consumer_offsets', 50),
      clusterTopic('_schemas', 1),
    ]
    expect(planTopics([], cluster, keep)).toEqual({ changes: [], undeclared: ['old'] })
    expect(planTopics([], cluster, clean)).toEqual({
      changes: [{ kind: 'delete', name: 'old' }],
      undeclared: [],
    })
  })
})

test('topics of servers beside Kafka are never offered for deletion', () => {
  const servers = [
    '__consumer_offsets',
    '_schemas',
    '_confluent-ksql-default__command_topic',
    '_confluent-ksql-default_query_CTAS_PLAYSTREAM_PLAYER_STATE_3-Aggregate-Aggregate-Materialize-changelog',
    'default_ksql_processing_log',
    'ksql_processing_log',
    'pksqlc-8g1k2-processing-log',
    'kafkasql-journal',
  ]
  const cluster = [...servers, 'somebody-elses'].map((name) => clusterTopic(name, 1))
  expect(planTopics([], cluster, clean).changes).toEqual([{ kind: 'delete', name: 'somebody-elses' }])
  expect(planTopics([], cluster, keep).undeclared).toEqual(['somebody-elses'])
})
