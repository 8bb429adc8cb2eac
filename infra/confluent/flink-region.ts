import type { Construct } from '../cdktf.ts'
import { ConfluentDataSource } from './data-source.ts'

/** A region in which Flink runs. */
export class FlinkRegion extends ConfluentDataSource {
  constructor(scope: Construct, name: string, config: { readonly cloud: string; readonly region: string }) {
    super(scope, name, 'confluent_flink_region', { cloud: config.cloud, region: config.region })
  }

  get apiVersion(): string {
    return this.getStringAttribute('api_version')
  }

  get kind(): string {
    return this.getStringAttribute('kind')
  }

  get restEndpoint(): string {
    return this.getStringAttribute('rest_endpoint')
  }
}
