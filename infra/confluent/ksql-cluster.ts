import type { Construct } from '../cdktf.ts'
import { ConfluentResource, type ResourceOptions } from './resource.ts'

export interface KsqlClusterConfig {
  readonly displayName: string
  /** Its number of Confluent streaming units: 1, 2, 4, 8, 12 and so on. */
  readonly csu: number
  readonly environmentId: string
  readonly clusterId: string
  /** The account that it works as. */
  readonly accountId: string
}

export class KsqlCluster extends ConfluentResource {
  constructor(scope: Construct, name: string, config: KsqlClusterConfig, options?: ResourceOptions) {
    const attributes = {
      display_name: config.displayName,
      csu: config.csu,
      environment: [{ id: config.environmentId }],
      kafka_cluster: [{ id: config.clusterId }],
      credential_identity: [{ id: config.accountId }],
    }
    super(scope, name, 'confluent_ksql_cluster', attributes, options)
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

  /** Its CRN. */
  get resourceName(): string {
    return this.getStringAttribute('resource_name')
  }

  /** What the topics that it makes for itself begin with. */
  get topicPrefix(): string {
    return this.getStringAttribute('topic_prefix')
  }
}
