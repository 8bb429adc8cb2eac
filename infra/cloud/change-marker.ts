import { Construct, DataResource } from '../cdktf.ts'
import { logicalId } from '../confluent/definition/logical-id.ts'

/**
 * A value that is unknown in a plan that changes a text, and known in every other plan. Creates nothing in the cloud.
 */
export class ChangeMarker extends Construct {
  readonly changed: string

  constructor(scope: Construct, name: string, text: string) {
    super(scope, `marker-${name}`)
    const data = new DataResource(this, 'data', { triggersReplace: { text } })
    data.overrideLogicalId(logicalId(name))
    this.changed = data.id
  }
}
