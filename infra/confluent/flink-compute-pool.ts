import type { Construct } from '../cdktf.ts'
import { ConfluentResource, type ResourceOptions } from './resource.ts'

export interface FlinkComputePoolConfig {
  readonly displayName: string
  readonly cloud: string
  readonly region: string
  /** How many Confluent units for Flink its statements may take together. */
  readonly maxCfu: number
  readonly environmentId: string
}

export class FlinkComputePool extends ConfluentResource {
  constructor(scope: Construct, name: string, config: FlinkComputePoolConfig, options?: ResourceOptions) {
    const attributes = {
      display_name: config.displayName,
      cloud: config.cloud,
      region: config.region,
      max_cfu: config.maxCfu,
      environment: [{ id: config.environmentId }],
    }
    super(scope, name, 'confluent_flink_compute_pool', attributes, options)
  }
}
