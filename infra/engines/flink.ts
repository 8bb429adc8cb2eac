import { Construct } from '../cdktf.ts'
import { literal } from '../cloud/literal.ts'
import { displayName } from '../cloud/names.ts'
import { FlinkComputePool } from '../confluent/flink-compute-pool.ts'
import { FlinkRegion } from '../confluent/flink-region.ts'
import { FlinkStatement } from '../confluent/flink-statement.ts'
import { Organization } from '../confluent/identity/organization.ts'
import { RoleBinding } from '../confluent/identity/role-binding.ts'
import type { EngineOptions } from './engine-options.ts'

/** The prefix of the transactional ids of Confluent's Flink. */
const TRANSACTIONAL_IDS = '_confluent-flink_'

/** A compute pool of Flink, and its statements, each started after the previous one. */
export class Flink extends Construct {
  readonly access: Readonly<Record<string, string>>

  constructor(scope: Construct, options: EngineOptions & { readonly maxCfu: number }) {
    super(scope, 'flink')
    const { settings, cluster, account, maxCfu, statements } = options
    const { environment } = cluster
    const place = { cloud: settings.cloud, region: settings.region }
    const region = new FlinkRegion(this, 'playstream', place)
    const pool = new FlinkComputePool(this, 'playstream', {
      displayName: displayName(settings.stage),
      ...place,
      maxCfu,
      environmentId: environment.id,
    })
    const bind = (name: string, role: string, crnPattern: string) =>
      new RoleBinding(this, `${account.name}_${name}`, { principal: account.principal, role, crnPattern })
    const developer = bind('flink', 'FlinkDeveloper', environment.crn)
    const ids = cluster.crnOf(`transactional-id=${TRANSACTIONAL_IDS}*`)
    const transactions = cluster.takesRoles
      ? [
          bind('read-flink-transactional-ids', 'DeveloperRead', ids),
          bind('write-flink-transactional-ids', 'DeveloperWrite', ids),
        ]
      : []
    const service = {
      id: region.id,
      apiVersion: region.apiVersion,
      kind: region.kind,
      environmentId: environment.id,
    }
    const { credentials } = account.keyTo('flink', service, { after: [developer, ...transactions] })
    this.access = { endpoint: region.restEndpoint, computePool: pool.id, ...credentials }
    if (statements.length === 0) return

    const organization = new Organization(this, 'playstream', {})
    let before: FlinkStatement | undefined
    for (const { name, sql } of statements) {
      before = new FlinkStatement(
        this,
        name,
        {
          statementName: displayName(settings.stage, name),
          statement: literal(sql),
          properties: {
            'sql.current-catalog': displayName(settings.stage),
            'sql.current-database': displayName(settings.stage),
          },
          organizationId: organization.id,
          environmentId: environment.id,
          computePoolId: pool.id,
          accountId: account.id,
          restEndpoint: region.restEndpoint,
          credentials,
        },
        { dependsOn: before ? [before] : options.topics.resources },
      )
    }
  }
}
