import { credentials } from './credentials.ts'
import { attribute, reference } from './definition/attributes.ts'
import { confluentResource } from './definition/resource.ts'

export class FlinkStatement extends confluentResource('confluent_flink_statement', {
  statementName: attribute('statement_name'),
  /** One statement of Flink SQL. */
  statement: attribute('statement'),
  /** Its settings: at least `sql.current-catalog` (an environment) and `sql.current-database` (a cluster). */
  properties: attribute<Readonly<Record<string, string>>>('properties'),
  organizationId: reference('organization'),
  environmentId: reference('environment'),
  computePoolId: reference('compute_pool'),
  /** The account that it runs as. */
  accountId: reference('principal'),
  restEndpoint: attribute('rest_endpoint'),
  credentials,
}) {}
