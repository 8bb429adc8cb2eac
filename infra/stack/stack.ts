import type { Catalog } from '../../catalog/catalog.ts'
import { checkCatalog } from '../../catalog/check-catalog.ts'
import { type Construct, TerraformStack } from '../cdktf.ts'
import { Application } from '../cloud/application.ts'
import { Cluster } from '../cloud/cluster.ts'
import { Environment } from '../cloud/environment.ts'
import { displayName } from '../cloud/names.ts'
import { Provisioner } from '../cloud/provisioner.ts'
import { Registry } from '../cloud/registry.ts'
import { Schemas } from '../cloud/schemas.ts'
import { Topics } from '../cloud/topics.ts'
import { ConfluentProvider } from '../confluent/provider.ts'
import { Sql } from '../engines/sql.ts'
import type { Statement } from '../engines/statements.ts'
import type { Settings } from '../settings/settings.ts'
import { keepState, type StatePlace } from './backend.ts'
import { Outputs } from './outputs.ts'

export interface StackOptions {
  readonly settings: Settings
  readonly catalog: Catalog
  readonly statements: readonly Statement[]
  readonly place: Omit<StatePlace, 'stage'>
}

/**
 * Playstream in Confluent Cloud: everything that the catalog declares, and nothing else.
 * @throws CatalogError if the cloud would refuse the catalog
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
