import { attribute, reference } from './definition/attributes.ts'
import { MANAGED } from './definition/outputs.ts'
import { confluentResource } from './definition/resource.ts'

export class KsqlCluster extends confluentResource(
  'confluent_ksql_cluster',
  {
    displayName: attribute('display_name'),
    /** Its number of Confluent streaming units: 1, 2, 4, 8, 12 and so on. */
    csu: attribute<number>('csu'),
    environmentId: reference('environment'),
    clusterId: reference('kafka_cluster'),
    /** The account that it runs as. */
    accountId: reference('credential_identity'),
  },
  {
    ...MANAGED,
    restEndpoint: 'rest_endpoint',
    /** Its CRN. */
    resourceName: 'resource_name',
    /** The prefix of its internal topics. */
    topicPrefix: 'topic_prefix',
  },
) {}
