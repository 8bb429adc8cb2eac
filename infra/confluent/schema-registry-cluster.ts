import { reference } from './attributes.ts'
import { confluentDataSource } from './data-source.ts'
import { MANAGED } from './outputs.ts'

/** The schema registry of an environment. It does not exist before the environment's first Kafka cluster. */
export class SchemaRegistryCluster extends confluentDataSource(
  'confluent_schema_registry_cluster',
  { environmentId: reference('environment') },
  { ...MANAGED, restEndpoint: 'rest_endpoint', /** Its CRN. */ resourceName: 'resource_name' },
) {}
