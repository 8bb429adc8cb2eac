import type { Construct } from '../cdktf.ts'
import { type KafkaAccess, kafkaAttributes } from './credentials.ts'
import { ConfluentResource, type ResourceOptions } from './resource.ts'

export interface KafkaTopicConfig {
  readonly topicName: string
  readonly partitions: number
  /** Settings as Kafka spells them. */
  readonly config: Readonly<Record<string, string>>
  readonly access: KafkaAccess
}

export class KafkaTopic extends ConfluentResource {
  constructor(scope: Construct, name: string, config: KafkaTopicConfig, options?: ResourceOptions) {
    const attributes = {
      topic_name: config.topicName,
      partitions_count: config.partitions,
      config: config.config,
      ...kafkaAttributes(config.access),
    }
    super(scope, name, 'confluent_kafka_topic', attributes, options)
  }
}
