import { Construct, TerraformLocal } from '../cdktf.ts'
import type { ManagedResource } from '../confluent/identity/api-key.ts'
import { SchemaRegistryCluster } from '../confluent/schema-registry-cluster.ts'
import type { Cluster } from './cluster.ts'
import { knownAfter } from './known-after.ts'

/** The schema registry, which comes with the environment's first cluster. */
export class Registry extends Construct {
  readonly environmentId: string
  readonly service: ManagedResource
  readonly restEndpoint: string
  readonly #crn: string

  constructor(scope: Construct, cluster: Cluster) {
    super(scope, 'registry')
    this.environmentId = cluster.environment.id
    // The registry must be read after the cluster exists, but not in every plan that changes the cluster: its id would
    // be unknown in that plan, and every schema and key that depends on it would be replaced. Both depends_on and a
    // direct reference have that effect; a local value in between does not.
    const found = knownAfter(cluster.id, this.environmentId)
    const withCluster = new TerraformLocal(this, 'environment_with_cluster', found)
    withCluster.overrideLogicalId('environment_with_cluster')
    const registry = new SchemaRegistryCluster(this, 'playstream', { environmentId: withCluster.asString })
    this.service = { id: registry.id, apiVersion: registry.apiVersion, kind: registry.kind }
    this.restEndpoint = registry.restEndpoint
    this.#crn = registry.resourceName
  }

  get id(): string {
    return this.service.id
  }

  crnOfSubject(subject: string): string {
    return `${this.#crn}/subject=${subject}`
  }
}
