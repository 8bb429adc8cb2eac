import { Construct } from '../cdktf.ts'
import type { ManagedResource } from '../confluent/identity/api-key.ts'
import { type ClusterKind, KafkaCluster } from '../confluent/kafka-cluster.ts'
import type { Environment } from './environment.ts'
import { displayName } from './names.ts'

export interface ClusterOptions {
  readonly stage: string
  readonly environment: Environment
  readonly cloud: string
  readonly region: string
  readonly availability: string
  readonly kind: ClusterKind
  readonly protect: boolean
}

/** The Kafka cluster. */
export class Cluster extends Construct {
  readonly environment: Environment
  readonly service: ManagedResource
  readonly restEndpoint: string
  /** As `SASL_SSL://host:port`. */
  readonly bootstrapEndpoint: string
  readonly #type: ClusterKind['type']
  readonly #rbacCrn: string

  constructor(scope: Construct, options: ClusterOptions) {
    super(scope, 'cluster')
    const { stage, environment, cloud, region, availability, kind, protect } = options
    this.environment = environment
    const cluster = new KafkaCluster(
      this,
      'playstream',
      { displayName: displayName(stage), environmentId: environment.id, cloud, region, availability, kind },
      { preventDestroy: protect },
    )
    this.service = { id: cluster.id, apiVersion: cluster.apiVersion, kind: cluster.kind }
    this.restEndpoint = cluster.restEndpoint
    this.bootstrapEndpoint = cluster.bootstrapEndpoint
    this.#type = kind.type
    this.#rbacCrn = cluster.rbacCrn
  }

  get id(): string {
    return this.service.id
  }

  /** Whether topics, groups and transactional ids take role bindings; otherwise they take ACLs. */
  get takesRoles(): boolean {
    return this.#type !== 'basic'
  }

  /** The CRN of the whole cluster. */
  get crn(): string {
    return this.#rbacCrn
  }

  /** The CRN of a resource in the cluster, such as `topic=logs`. */
  crnOf(resource: string): string {
    return `${this.#rbacCrn}/kafka=${this.id}/${resource}`
  }
}
