import { Construct, conditional, Fn, Op, Token } from './cdktf.ts'
import type { Cluster } from './cluster.ts'
import type { ManagedResource } from './confluent/api-key.ts'
import { SchemaRegistryCluster } from './confluent/schema-registry-cluster.ts'

/** The schema registry, which comes with the environment's first cluster. */
export class Registry extends Construct {
  readonly environmentId: string
  readonly service: ManagedResource
  readonly restEndpoint: string
  readonly #crn: string

  constructor(scope: Construct, cluster: Cluster) {
    super(scope, 'registry')
    this.environmentId = cluster.environment.id
    // To be read once the cluster is there, and not again whenever something of the cluster changes: with depends_on its
    // id would be unknown in each such plan, and every schema and key that hangs on it would be replaced.
    const environmentId = Token.asString(
      conditional(Op.gte(Fn.lengthOf(cluster.id), 1), this.environmentId, ''),
    )
    const registry = new SchemaRegistryCluster(this, 'playstream', { environmentId })
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
