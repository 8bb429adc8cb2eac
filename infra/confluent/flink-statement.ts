import type { Construct } from '../cdktf.ts'
import type { ResourceCredentials } from './credentials.ts'
import { ConfluentResource, type ResourceOptions } from './resource.ts'

export interface FlinkStatementConfig {
  readonly statementName: string
  /** One statement of Flink SQL. */
  readonly statement: string
  /** What is set for it: at least `sql.current-catalog` (an environment) and `sql.current-database` (a cluster). */
  readonly properties: Readonly<Record<string, string>>
  readonly organizationId: string
  readonly environmentId: string
  readonly computePoolId: string
  /** The account that it works as. */
  readonly accountId: string
  readonly restEndpoint: string
  readonly credentials: ResourceCredentials
}

export class FlinkStatement extends ConfluentResource {
  constructor(scope: Construct, name: string, config: FlinkStatementConfig, options?: ResourceOptions) {
    const attributes = {
      statement_name: config.statementName,
      statement: config.statement,
      properties: config.properties,
      organization: [{ id: config.organizationId }],
      environment: [{ id: config.environmentId }],
      compute_pool: [{ id: config.computePoolId }],
      principal: [{ id: config.accountId }],
      rest_endpoint: config.restEndpoint,
      credentials: [config.credentials],
    }
    super(scope, name, 'confluent_flink_statement', attributes, options)
  }
}
