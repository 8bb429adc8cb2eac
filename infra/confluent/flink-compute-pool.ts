import { attribute, reference } from './definition/attributes.ts'
import { confluentResource } from './definition/resource.ts'

export class FlinkComputePool extends confluentResource('confluent_flink_compute_pool', {
  displayName: attribute('display_name'),
  cloud: attribute('cloud'),
  region: attribute('region'),
  /** How many Confluent units for Flink its statements may use together. */
  maxCfu: attribute<number>('max_cfu'),
  environmentId: reference('environment'),
}) {}
