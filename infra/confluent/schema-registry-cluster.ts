import type { Construct } from '../cdktf.ts'
import { ConfluentDataSource } from './data-source.ts'

/** The schema registry of an environment. There is none before its first Kafka cluster. */
export class SchemaRegistryCluster extends ConfluentDataSource {
  constructor(scope: Construct, name: string, config: { readonly environmentId: string }) {
    const attributes = { environment: [{ id: config.environmentId }] }
    super(scope, name, 'confluent_schema_registry_cluster', attributes)
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
}
