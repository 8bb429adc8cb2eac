import type { StateResource } from './state-resources.ts'

/**
 * The attributes that a completely created resource has, for each type whose other attributes the next refresh reads
 * from the service. A type that is not listed here is never untainted: a recorded Flink statement may have failed.
 */
const COMPLETE_WITH: Readonly<Record<string, readonly string[]>> = {
  confluent_environment: ['id', 'display_name'],
  confluent_kafka_cluster: ['id', 'rest_endpoint', 'bootstrap_endpoint', 'rbac_crn'],
  confluent_kafka_topic: ['id', 'topic_name', 'partitions_count'],
  confluent_kafka_acl: ['id', 'principal', 'operation'],
  confluent_schema: ['id', 'subject_name', 'schema'],
  confluent_subject_config: ['id', 'subject_name', 'compatibility_level'],
  confluent_service_account: ['id', 'display_name'],
  confluent_role_binding: ['id', 'principal', 'role_name', 'crn_pattern'],
  // The secret is returned once, at the creation: a key without it is useless.
  confluent_api_key: ['id', 'secret'],
}

/**
 * The tainted resources that exist completely: the interrupt came between their creation and the provider's last read.
 * Creating them again would fail in a protected stage and delete records in another one.
 */
export function completeThoughTainted(inState: readonly StateResource[]): StateResource[] {
  return inState.filter(({ type, tainted, values }) => {
    const needed = COMPLETE_WITH[type]
    return tainted && (needed?.every((name) => isThere(values[name])) ?? false)
  })
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null && value !== ''
}
