import type { Application as ApplicationName } from '../../catalog/applications.ts'
import { CatalogError } from '../../catalog/errors.ts'
import { Construct } from '../cdktf.ts'
import type { SqlOptions } from './engine-options.ts'
import { Flink } from './flink.ts'
import { KsqlDb } from './ksqldb.ts'

const APPLICATION: ApplicationName = 'sql-engine'

/** The SQL engine, if one is set. */
export class Sql extends Construct {
  /** Its endpoint and credentials; undefined without an engine. */
  readonly access?: Readonly<Record<string, string>>

  constructor(scope: Construct, options: SqlOptions) {
    super(scope, 'sql')
    const { settings, applications } = options
    const { sql } = settings
    if (sql.engine === 'none') return
    const account = applications.find(({ name }) => name === APPLICATION)?.account
    if (!account)
      throw new CatalogError(
        `the catalog has no application '${APPLICATION}', which the SQL engine runs as: declare it`,
      )
    const engine =
      sql.engine === 'ksqldb'
        ? new KsqlDb(this, { ...options, account, csu: sql.csu })
        : new Flink(this, { ...options, account, maxCfu: sql.maxCfu })
    this.access = engine.access
  }
}
