import { attribute } from './definition/attributes.ts'
import { confluentDataSource } from './definition/data-source.ts'
import { MANAGED } from './definition/outputs.ts'

/** A region in which Flink runs. */
export class FlinkRegion extends confluentDataSource(
  'confluent_flink_region',
  { cloud: attribute('cloud'), region: attribute('region') },
  { ...MANAGED, restEndpoint: 'rest_endpoint' },
) {}
