import { kafkaAttributes } from './credentials.ts'
import { attribute } from './definition/attributes.ts'
import { confluentResource } from './definition/resource.ts'

/** The resource of an access control entry, and the allowed operation. */
export interface Acl {
  readonly resourceType: 'TOPIC' | 'GROUP' | 'TRANSACTIONAL_ID' | 'CLUSTER'
  readonly resourceName: string
  readonly patternType: 'LITERAL' | 'PREFIXED'
  readonly operation: 'ALL' | 'READ' | 'WRITE' | 'DESCRIBE' | 'DESCRIBE_CONFIGS' | 'IDEMPOTENT_WRITE'
}

/** Allows a principal an operation, from any host. */
export class KafkaAcl extends confluentResource('confluent_kafka_acl', {
  resourceType: attribute<Acl['resourceType']>('resource_type'),
  resourceName: attribute('resource_name'),
  patternType: attribute<Acl['patternType']>('pattern_type'),
  principal: attribute('principal'),
  operation: (operation: Acl['operation']) => ({ host: '*', operation, permission: 'ALLOW' }),
  access: kafkaAttributes,
}) {}
