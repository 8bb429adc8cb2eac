import { PROVISIONER } from '../../catalog/applications.ts'
import type { StateResource } from './state-resources.ts'

const KEYS = [`confluent_api_key.${PROVISIONER}_kafka`, `confluent_api_key.${PROVISIONER}_registry`]

/** The provisioner's keys in the state. */
export function provisionerKeys(inState: readonly string[]): string[] {
  return KEYS.filter((address) => inState.includes(address))
}

/**
 * Whether a resource in the state was created with a key of the provisioner that is not in the state any more: a
 * renewal was interrupted after it replaced the key and before it updated the resources that use the key.
 */
export function hasStaleKey(inState: readonly StateResource[]): boolean {
  const ids = new Set(inState.filter(({ address }) => KEYS.includes(address)).map(({ values }) => values.id))
  return inState
    .filter(({ type }) => MADE_WITH_IT.includes(type))
    .some(({ values }) => {
      const [credentials] = (values.credentials ?? []) as readonly { readonly key?: unknown }[]
      return credentials?.key !== undefined && !ids.has(credentials.key)
    })
}

const MADE_WITH_IT = [
  'confluent_kafka_topic',
  'confluent_kafka_acl',
  'confluent_schema',
  'confluent_subject_config',
]
