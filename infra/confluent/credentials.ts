import type { Attribute } from './definition/attributes.ts'

/** A key and its secret: references to an API key's attributes, never values. */
export interface ResourceCredentials {
  readonly key: string
  readonly secret: string
}

/** Where a Kafka cluster's own API is, and the key to call it with. */
export interface KafkaAccess {
  readonly clusterId: string
  readonly restEndpoint: string
  readonly credentials: ResourceCredentials
}

/** Where a schema registry's own API is, and the key to call it with. */
export interface RegistryAccess {
  readonly registryId: string
  readonly restEndpoint: string
  readonly credentials: ResourceCredentials
}

/** The key with which the provider calls a service's own API. */
export const credentials: Attribute<ResourceCredentials> = (key) => ({ credentials: [key] })

/** The attributes by which a resource of a Kafka cluster finds it. */
export function kafkaAttributes({ clusterId, restEndpoint, credentials }: KafkaAccess) {
  return { kafka_cluster: [{ id: clusterId }], rest_endpoint: restEndpoint, credentials: [credentials] }
}

/** The attributes by which a resource of a registry finds it. */
export function registryAttributes({ registryId, restEndpoint, credentials }: RegistryAccess) {
  return {
    schema_registry_cluster: [{ id: registryId }],
    rest_endpoint: restEndpoint,
    credentials: [credentials],
  }
}
