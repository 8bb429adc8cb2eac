import { Application } from './application.ts'
import { keepState, type StatePlace } from './backend.ts'
import type { Catalog } from './catalog.ts'
import { type Construct, TerraformStack } from './cdktf.ts'
import { checkCatalog } from './check-catalog.ts'
import { Cluster } from './cluster.ts'
import { ConfluentProvider } from './confluent/provider.ts'
import { Environment } from './environment.ts'
import { displayName } from './names.ts'
import { Outputs } from './outputs.ts'
import { Provisioner } from './provisioner.ts'
import { Registry } from './registry.ts'
import { Schemas } from './schemas.ts'
import type { Settings } from './settings.ts'
import { Sql } from './sql.ts'
import type { Statement } from './statements.ts'
import { Topics } from './topics.ts'

export interface StackOptions {
  readonly settings: Settings
  readonly catalog: Catalog
  readonly statements: readonly Statement[]
  readonly place: Omit<StatePlace, 'stage'>
}

/**
 * Playstream in Confluent Cloud: all that the catalog declares, and nothing that it does not.
 * @throws CatalogError where the cloud would refuse the catalog
 */
export class PlaystreamStack extends TerraformStack {
  constructor(scope: Construct, { settings, catalog, statements, place }: StackOptions) {
    const { stage, protect } = settings
    super(scope, displayName(stage))
    checkCatalog(catalog)
    new ConfluentProvider(this, settings.endpoint === undefined ? {} : { endpoint: settings.endpoint })
    keepState(this, settings.state, { stage, ...place })

    const environment = new Environment(this, { ...settings })
    const cluster = new Cluster(this, { ...settings, environment, kind: settings.cluster })
    const registry = new Registry(this, cluster)
    const provisioner = new Provisioner(this, { stage, cluster, registry })

    const topics = new Topics(this, { topics: catalog.topics, access: provisioner.kafka, protect })
    new Schemas(this, { schemas: catalog.schemas, access: provisioner.registry, protect })

    const applications = catalog.applications.map(
      (name) => new Application(this, { stage, name, catalog, cluster, registry, provisioner }),
    )
    const sql = new Sql(this, { settings, cluster, registry, provisioner, topics, applications, statements })

    new Outputs(this, { stage, cluster, registry, accounts: [provisioner, ...applications], sql })
  }
}
