import { kafkaAttributes } from './credentials.ts'
import { attribute } from './definition/attributes.ts'
import { confluentResource } from './definition/resource.ts'

export class KafkaTopic extends confluentResource('confluent_kafka_topic', {
  topicName: attribute('topic_name'),
  partitions: attribute<number>('partitions_count'),
  /** Settings as Kafka spells them. */
  config: attribute<Readonly<Record<string, string>>>('config'),
  access: kafkaAttributes,
}) {}
