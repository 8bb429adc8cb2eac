import { attribute, reference } from './definition/attributes.ts'
import { MANAGED } from './definition/outputs.ts'
import { confluentResource } from './definition/resource.ts'

/** The type of a cluster, with the size of those that have one. */
export type ClusterKind =
  | { readonly type: 'basic' }
  | { readonly type: 'standard' }
  /** CKU: its fixed number of Confluent units for Kafka. */
  | { readonly type: 'dedicated'; readonly cku: number }

export class KafkaCluster extends confluentResource(
  'confluent_kafka_cluster',
  {
    displayName: attribute('display_name'),
    environmentId: reference('environment'),
    cloud: attribute('cloud'),
    region: attribute('region'),
    availability: attribute('availability'),
    kind: ({ type, ...size }: ClusterKind) => ({ [type]: [size] }),
  },
  {
    ...MANAGED,
    restEndpoint: 'rest_endpoint',
    /** As `SASL_SSL://host:port`. */
    bootstrapEndpoint: 'bootstrap_endpoint',
    rbacCrn: 'rbac_crn',
  },
) {}
