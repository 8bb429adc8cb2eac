import type { Construct } from '../cdktf.ts'
import { type KafkaAccess, kafkaAttributes } from './credentials.ts'
import { ConfluentResource, type ResourceOptions } from './resource.ts'

/** What an access control entry is about, and what it allows. */
export interface Acl {
  readonly resourceType: 'TOPIC' | 'GROUP' | 'TRANSACTIONAL_ID' | 'CLUSTER'
  readonly resourceName: string
  readonly patternType: 'LITERAL' | 'PREFIXED'
  readonly operation: 'ALL' | 'READ' | 'WRITE' | 'DESCRIBE' | 'DESCRIBE_CONFIGS' | 'IDEMPOTENT_WRITE'
}

export interface KafkaAclConfig extends Acl {
  readonly principal: string
  readonly access: KafkaAccess
}

/** Allows a principal an operation, from any host. */
export class KafkaAcl extends ConfluentResource {
  constructor(scope: Construct, name: string, config: KafkaAclConfig, options?: ResourceOptions) {
    const attributes = {
      resource_type: config.resourceType,
      resource_name: config.resourceName,
      pattern_type: config.patternType,
      principal: config.principal,
      host: '*',
      operation: config.operation,
      permission: 'ALLOW',
      ...kafkaAttributes(config.access),
    }
    super(scope, name, 'confluent_kafka_acl', attributes, options)
  }
}
