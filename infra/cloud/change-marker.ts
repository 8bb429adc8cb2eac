import { Construct, DataResource } from '../cdktf.ts'
import { logicalId } from '../confluent/logical-id.ts'

/** Unknown in a plan that changes a text, known in every other. It makes nothing, and is Terraform's own. */
export class ChangeMarker extends Construct {
  readonly changed: string

  constructor(scope: Construct, name: string, text: string) {
    super(scope, `marker-${name}`)
    const data = new DataResource(this, 'data', { triggersReplace: { text } })
    data.overrideLogicalId(logicalId(name))
    this.changed = data.id
  }
}
