import type { Construct } from '../cdktf.ts'
import { ConfluentResource, type ResourceOptions } from './resource.ts'

/** What a cluster is sold as, and what that takes. */
export type ClusterKind =
  | { readonly type: 'basic' }
  | { readonly type: 'standard' }
  /** CKU: its fixed number of Confluent units for Kafka. */
  | { readonly type: 'dedicated'; readonly cku: number }

export interface KafkaClusterConfig {
  readonly displayName: string
  readonly environmentId: string
  readonly cloud: string
  readonly region: string
  readonly availability: string
  readonly kind: ClusterKind
}

export class KafkaCluster extends ConfluentResource {
  constructor(scope: Construct, name: string, config: KafkaClusterConfig, options?: ResourceOptions) {
    const { displayName, environmentId, cloud, region, availability, kind } = config
    const attributes = {
      display_name: displayName,
      environment: [{ id: environmentId }],
      cloud,
      region,
      availability,
      [kind.type]: [kind.type === 'dedicated' ? { cku: kind.cku } : {}],
    }
    super(scope, name, 'confluent_kafka_cluster', attributes, options)
  }

  get apiVersion(): string {
    return this.getStringAttribute('api_version')
  }

  get kind(): string {
    return this.getStringAttribute('kind')
  }

  get restEndpoint(): string {
    return this.getStringAttribute('rest_endpoint')
  }

  /** As `SASL_SSL://host:port`. */
  get bootstrapEndpoint(): string {
    return this.getStringAttribute('bootstrap_endpoint')
  }

  get rbacCrn(): string {
    return this.getStringAttribute('rbac_crn')
  }
}
