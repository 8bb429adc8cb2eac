import { reference } from './definition/attributes.ts'
import { confluentDataSource } from './definition/data-source.ts'
import { MANAGED } from './definition/outputs.ts'

/** The schema registry of an environment. It does not exist before the environment's first Kafka cluster. */
export class SchemaRegistryCluster extends confluentDataSource(
  'confluent_schema_registry_cluster',
  { environmentId: reference('environment') },
  { ...MANAGED, restEndpoint: 'rest_endpoint', /** Its CRN. */ resourceName: 'resource_name' },
) {}
