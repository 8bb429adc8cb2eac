import { PROVISIONER } from '../catalog/applications.ts'
import type { Schema } from '../catalog/schemas.ts'
import { Account } from './account.ts'
import { Construct } from './cdktf.ts'
import type { Cluster } from './cluster.ts'
import type { KafkaAccess, RegistryAccess, ResourceCredentials } from './confluent/credentials.ts'
import { RoleBinding } from './confluent/role-binding.ts'
import type { Registry } from './registry.ts'

export interface ProvisionerOptions {
  readonly stage: string
  readonly cluster: Cluster
  readonly registry: Registry
  readonly schemas: readonly Schema[]
}

/** The only account that manages the cluster: it makes topics, ACLs and schemas, and owns the catalog's subjects. */
export class Provisioner extends Construct {
  readonly name = PROVISIONER
  readonly kafka: KafkaAccess
  readonly registry: RegistryAccess

  constructor(scope: Construct, { stage, cluster, registry, schemas }: ProvisionerOptions) {
    super(scope, PROVISIONER)
    const account = new Account(this, { stage, name: PROVISIONER })
    const bind = (name: string, role: string, crnPattern: string) =>
      new RoleBinding(this, `${PROVISIONER}_${name}`, { principal: account.principal, role, crnPattern })

    const admin = bind('cluster', 'CloudClusterAdmin', cluster.crn)
    this.kafka = {
      clusterId: cluster.id,
      restEndpoint: cluster.restEndpoint,
      credentials: account.keyToKafka(cluster, [admin]).credentials,
    }

    const owned = schemas.map(({ subject }) =>
      bind(`own-subject-${subject}`, 'ResourceOwner', registry.crnOfSubject(subject)),
    )
    this.registry = {
      registryId: registry.id,
      restEndpoint: registry.restEndpoint,
      credentials: account.keyToRegistry(registry, owned).credentials,
    }
  }

  get kafkaKey(): ResourceCredentials {
    return this.kafka.credentials
  }

  get registryKey(): ResourceCredentials {
    return this.registry.credentials
  }
}
