import type { Construct } from '../../cdktf.ts'
import { ConfluentResource, type ResourceOptions } from '../resource.ts'

export interface ConfluentEnvironmentConfig {
  readonly displayName: string
  /** The package of Stream Governance; the registry comes with it. */
  readonly governance: string
}

export class ConfluentEnvironment extends ConfluentResource {
  constructor(scope: Construct, name: string, config: ConfluentEnvironmentConfig, options?: ResourceOptions) {
    const { displayName, governance } = config
    const attributes = { display_name: displayName, stream_governance: [{ package: governance }] }
    super(scope, name, 'confluent_environment', attributes, options)
  }

  /** Its CRN. */
  get resourceName(): string {
    return this.getStringAttribute('resource_name')
  }
}
