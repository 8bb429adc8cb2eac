import { expect, test } from 'vitest'
import { catalog } from '../../catalog/catalog.ts'
import { topicConfig } from '../../catalog/topic.ts'
import { topics } from '../../catalog/topics.ts'
import { count, resource, synthesized } from '../stack/test-stack.ts'

const stack = synthesized()

test.each(topics)('$name is created as the catalog declares it', (topic) => {
  expect(resource(stack, 'confluent_kafka_topic', topic.name)).toEqual({
    topic_name: topic.name,
    partitions_count: topic.partitions,
    config: topicConfig(topic),
    kafka_cluster: [{ id: '${confluent_kafka_cluster.playstream.id}' }],
    rest_endpoint: '${confluent_kafka_cluster.playstream.rest_endpoint}',
    credentials: [
      {
        key: '${confluent_api_key.provisioner_kafka.id}',
        secret: '${confluent_api_key.provisioner_kafka.secret}',
      },
    ],
  })
})

test('no other topic is created', () => {
  expect(count(stack, 'confluent_kafka_topic')).toBe(topics.length)
})

test('a topic’s name may contain characters that Terraform’s names may not', () => {
  const dotted = topics.map((topic, index) => (index === 0 ? { ...topic, name: '2.game.events' } : topic))
  const found = synthesized({}, { catalog: { ...catalog, topics: dotted, processors: [] } })
  expect(resource(found, 'confluent_kafka_topic', '_2_game_events').topic_name).toBe('2.game.events')
})
