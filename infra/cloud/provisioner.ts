import { PROVISIONER } from '../../catalog/applications.ts'
import { Construct } from '../cdktf.ts'
import type { KafkaAccess, RegistryAccess, ResourceCredentials } from '../confluent/credentials.ts'
import { RoleBinding } from '../confluent/identity/role-binding.ts'
import { Account } from './account.ts'
import type { Cluster } from './cluster.ts'
import type { Registry } from './registry.ts'

export interface ProvisionerOptions {
  readonly stage: string
  readonly cluster: Cluster
  readonly registry: Registry
}

/** The only account that manages the cluster: it creates topics, ACLs and schemas, and owns the registry's subjects. */
export class Provisioner extends Construct {
  readonly name = PROVISIONER
  readonly kafka: KafkaAccess
  readonly registry: RegistryAccess

  constructor(scope: Construct, { stage, cluster, registry }: ProvisionerOptions) {
    super(scope, PROVISIONER)
    const account = new Account(this, { stage, name: PROVISIONER })
    const bind = (name: string, role: string, crnPattern: string) =>
      new RoleBinding(this, `${PROVISIONER}_${name}`, { principal: account.principal, role, crnPattern })

    const admin = bind('cluster', 'CloudClusterAdmin', cluster.crn)
    this.kafka = {
      clusterId: cluster.id,
      restEndpoint: cluster.restEndpoint,
      credentials: account.keyToKafka(cluster, { after: [admin] }).credentials,
    }

    // One role on all subjects, not one for each: a new subject is validated in the plan, before a role for it could
    // exist.
    const owner = bind('own-subjects', 'ResourceOwner', registry.crnOfSubject('*'))
    this.registry = {
      registryId: registry.id,
      restEndpoint: registry.restEndpoint,
      credentials: account.keyToRegistry(registry, { after: [owner] }).credentials,
    }
  }

  get kafkaKey(): ResourceCredentials {
    return this.kafka.credentials
  }

  get registryKey(): ResourceCredentials {
    return this.registry.credentials
  }
}
