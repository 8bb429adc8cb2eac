import { Construct, Fn, TerraformOutput } from '../cdktf.ts'
import type { Cluster } from '../cloud/cluster.ts'
import type { Registry } from '../cloud/registry.ts'
import type { ResourceCredentials } from '../confluent/credentials.ts'
import type { Sql } from '../engines/sql.ts'
import { ACCOUNT_OUTPUT } from './output-names.ts'

export interface OutputsOptions {
  readonly stage: string
  readonly cluster: Cluster
  readonly registry: Registry
  readonly accounts: readonly AccountKeys[]
  readonly sql: Sql
}

/** An account's keys, as references. */
export interface AccountKeys {
  readonly name: string
  readonly kafkaKey: ResourceCredentials
  readonly registryKey: ResourceCredentials | undefined
}

/** The outputs of a deployment: its endpoints, and each account's keys, which are sensitive. */
export class Outputs extends Construct {
  constructor(scope: Construct, { stage, cluster, registry, accounts, sql }: OutputsOptions) {
    super(scope, 'outputs')
    this.#tell('stage', stage)
    this.#tell('bootstrap_servers', Fn.trimprefix(cluster.bootstrapEndpoint, 'SASL_SSL://'))
    this.#tell('registry_url', registry.restEndpoint)
    for (const { name, kafkaKey, registryKey } of accounts) {
      this.#keepSecret(ACCOUNT_OUTPUT + name, {
        kafka: kafkaKey,
        ...(registryKey ? { registry: registryKey } : {}),
      })
    }
    if (sql.access) this.#keepSecret('sql', sql.access)
  }

  #tell(name: string, value: string): void {
    new TerraformOutput(this, name, { value, staticId: true })
  }

  #keepSecret(name: string, value: unknown): void {
    new TerraformOutput(this, name, { value, staticId: true, sensitive: true })
  }
}
