import { Construct } from '../cdktf.ts'
import { displayName } from '../cloud/names.ts'
import { RoleBinding } from '../confluent/identity/role-binding.ts'
import type { Acl } from '../confluent/kafka-acl.ts'
import { KafkaAcl } from '../confluent/kafka-acl.ts'
import { KsqlCluster } from '../confluent/ksql-cluster.ts'
import { aclName, entries } from '../permissions/acls.ts'
import type { EngineOptions } from './engine-options.ts'

/** The resource name of the cluster itself in ACLs. */
const CLUSTER = 'kafka-cluster'

/**
 * A ksqlDB cluster. In addition to the catalog's permissions its account needs those that Confluent's own `ksql cluster
 * configure-acls` grants: to describe everything, and to own whatever begins with its prefix. No role is as narrow as
 * the first, so it is granted by ACLs on every type of cluster.
 */
export class KsqlDb extends Construct {
  readonly access: Readonly<Record<string, string>>

  constructor(scope: Construct, options: EngineOptions & { readonly csu: number }) {
    super(scope, 'ksqldb')
    const { settings, cluster, account, csu } = options
    const ksql = new KsqlCluster(this, 'playstream', {
      displayName: displayName(settings.stage),
      csu,
      environmentId: cluster.environment.id,
      clusterId: cluster.id,
      accountId: account.id,
    })
    new RoleBinding(this, `${account.name}_ksqldb`, {
      principal: account.principal,
      role: 'KsqlAdmin',
      crnPattern: ksql.resourceName,
    })
    this.#lookAround(options)
    this.#ownPrefix(options, ksql.topicPrefix)
    const service = {
      id: ksql.id,
      apiVersion: ksql.apiVersion,
      kind: ksql.kind,
      environmentId: cluster.environment.id,
    }
    const { key, secret } = account.keyTo('ksqldb', service).credentials
    this.access = { endpoint: ksql.restEndpoint, key, secret }
  }

  #lookAround(options: EngineOptions): void {
    const looking = ['DESCRIBE', 'DESCRIBE_CONFIGS'] as const
    for (const acl of [
      ...entries('CLUSTER', CLUSTER, false, looking),
      ...entries('TOPIC', '*', false, looking),
      ...entries('GROUP', '*', false, ['DESCRIBE']),
    ]) {
      this.#acl(options, acl, aclName({ ...acl, resourceName: acl.resourceName.replace('*', 'any') }))
    }
  }

  #ownPrefix(options: EngineOptions, prefix: string): void {
    const { cluster, registry, account } = options
    const internal = `_confluent-ksql-${prefix}`
    const own = (name: string, crnPattern: string) => {
      const binding = { principal: account.principal, role: 'ResourceOwner', crnPattern, skipWait: true }
      new RoleBinding(this, `${account.name}_own-${name}`, binding)
    }
    own('ksqldb-subjects', registry.crnOfSubject(`${prefix}*`))
    own('ksqldb-internal-subjects', registry.crnOfSubject(`${internal}*`))
    if (cluster.takesRoles) {
      own('ksqldb-topics', cluster.crnOf(`topic=${prefix}*`))
      own('ksqldb-internal-topics', cluster.crnOf(`topic=${internal}*`))
      own('ksqldb-groups', cluster.crnOf(`group=${internal}*`))
      own('ksqldb-transactional-ids', cluster.crnOf(`transactional-id=${prefix}*`))
      return
    }
    const acls: [string, Acl[]][] = [
      ['ksqldb-topics', entries('TOPIC', prefix, true, ['ALL'])],
      ['ksqldb-internal-topics', entries('TOPIC', internal, true, ['ALL'])],
      ['ksqldb-groups', entries('GROUP', internal, true, ['ALL'])],
      ['ksqldb-transactional-ids', entries('TRANSACTIONAL_ID', prefix, true, ['WRITE', 'DESCRIBE'])],
    ]
    for (const [name, list] of acls)
      for (const acl of list) this.#acl(options, acl, `${acl.operation.toLowerCase()}_${name}`)
  }

  #acl({ account, provisioner }: EngineOptions, acl: Acl, name: string): void {
    new KafkaAcl(this, `${account.name}_${name}`, {
      ...acl,
      principal: account.principal,
      access: provisioner.kafka,
    })
  }
}
