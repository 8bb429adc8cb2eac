import type { Application as ApplicationName } from '../../catalog/applications.ts'
import type { Catalog } from '../../catalog/catalog.ts'
import { permissionsOf, subjectsOf } from '../../catalog/permissions.ts'
import { Construct } from '../cdktf.ts'
import type { KafkaAccess, ResourceCredentials } from '../confluent/credentials.ts'
import { RoleBinding } from '../confluent/identity/role-binding.ts'
import { KafkaAcl } from '../confluent/kafka-acl.ts'
import { aclName, aclsOf } from '../permissions/acls.ts'
import { grantName, grantsOf } from '../permissions/roles.ts'
import { Account } from './account.ts'
import type { Cluster } from './cluster.ts'
import type { Registry } from './registry.ts'

export interface ApplicationOptions {
  readonly stage: string
  readonly name: ApplicationName
  readonly catalog: Catalog
  readonly cluster: Cluster
  readonly registry: Registry
  /** The account that creates ACLs. */
  readonly provisioner: { readonly kafka: KafkaAccess }
}

/**
 * An application's account with exactly the permissions that the catalog declares, and a key to each service it uses.
 */
export class Application extends Construct {
  readonly name: ApplicationName
  readonly account: Account
  readonly kafkaKey: ResourceCredentials
  /** Undefined for applications that read no subject. */
  readonly registryKey: ResourceCredentials | undefined

  constructor(scope: Construct, options: ApplicationOptions) {
    super(scope, options.name)
    const { stage, name, catalog, cluster, registry } = options
    this.name = name
    this.account = new Account(this, { stage, name })
    this.#permit(options)
    this.kafkaKey = this.account.keyToKafka(cluster).credentials
    const subjects = subjectsOf(name, catalog)
    for (const subject of subjects) this.#mayRead(registry, subject)
    this.registryKey = subjects.length > 0 ? this.account.keyToRegistry(registry).credentials : undefined
  }

  #permit({ name, catalog, cluster, provisioner }: ApplicationOptions): void {
    const { principal } = this.account
    const permissions = permissionsOf(name, catalog)
    if (!cluster.takesRoles) {
      for (const acl of aclsOf(permissions))
        new KafkaAcl(this, `${name}_${aclName(acl)}`, { ...acl, principal, access: provisioner.kafka })
      return
    }
    for (const grant of grantsOf(permissions)) {
      const crnPattern = cluster.crnOf(grant.on)
      const binding = { principal, role: grant.role, crnPattern, skipWait: true }
      new RoleBinding(this, `${name}_${grantName(grant)}`, binding)
    }
  }

  #mayRead(registry: Registry, subject: string): void {
    new RoleBinding(this, `${this.name}_read-subject-${subject}`, {
      principal: this.account.principal,
      role: 'DeveloperRead',
      crnPattern: registry.crnOfSubject(subject),
      skipWait: true,
    })
  }
}
