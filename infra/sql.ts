import type { Application as ApplicationName } from '../catalog/applications.ts'
import type { Account } from './account.ts'
import type { Application } from './application.ts'
import { Construct } from './cdktf.ts'
import type { Cluster } from './cluster.ts'
import type { KafkaAccess } from './confluent/credentials.ts'
import { CatalogError } from './errors.ts'
import { Flink } from './flink.ts'
import { KsqlDb } from './ksqldb.ts'
import type { Registry } from './registry.ts'
import type { Settings } from './settings.ts'
import type { Statement } from './statements.ts'
import type { Topics } from './topics.ts'

const APPLICATION: ApplicationName = 'sql-engine'

export interface SqlOptions {
  readonly settings: Settings
  readonly cluster: Cluster
  readonly registry: Registry
  readonly provisioner: { readonly kafka: KafkaAccess }
  readonly topics: Topics
  /** The SQL engine's application among them: it works as that one's account. */
  readonly applications: readonly Application[]
  /** What Flink runs. */
  readonly statements: readonly Statement[]
}

/** What an engine needs besides. */
export interface EngineOptions extends SqlOptions {
  readonly account: Account
}

/** The SQL engine, where there is to be one. */
export class Sql extends Construct {
  /** How to reach it, with the credentials for it; undefined where there is none. */
  readonly access?: Readonly<Record<string, string>>

  constructor(scope: Construct, options: SqlOptions) {
    super(scope, 'sql')
    const { settings, applications } = options
    const { sql } = settings
    if (sql.engine === 'none') return
    const account = applications.find(({ name }) => name === APPLICATION)?.account
    if (!account)
      throw new CatalogError(
        `the catalog has no application '${APPLICATION}', as which SQL would run: declare it`,
      )
    const engine =
      sql.engine === 'ksqldb'
        ? new KsqlDb(this, { ...options, account, csu: sql.csu })
        : new Flink(this, { ...options, account, maxCfu: sql.maxCfu })
    this.access = engine.access
  }
}
