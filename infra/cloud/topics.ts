import { type Topic, topicConfig } from '../../catalog/topic.ts'
import { Construct } from '../cdktf.ts'
import type { KafkaAccess } from '../confluent/credentials.ts'
import { KafkaTopic } from '../confluent/kafka-topic.ts'

export interface TopicsOptions {
  readonly topics: readonly Topic[]
  readonly access: KafkaAccess
  readonly protect: boolean
}

/** Every topic of the catalog. */
export class Topics extends Construct {
  readonly resources: readonly KafkaTopic[]

  constructor(scope: Construct, { topics, access, protect }: TopicsOptions) {
    super(scope, 'topics')
    this.resources = topics.map((topic) => {
      const { name, partitions } = topic
      const settings = { topicName: name, partitions, config: topicConfig(topic), access }
      return new KafkaTopic(this, name, settings, { preventDestroy: protect })
    })
  }
}
