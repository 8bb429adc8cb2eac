import { Construct } from '../cdktf.ts'
import { ConfluentEnvironment } from '../confluent/identity/environment.ts'
import { displayName } from './names.ts'

export interface EnvironmentOptions {
  readonly stage: string
  /** The package of Stream Governance. */
  readonly governance: string
  readonly protect: boolean
}

/** The Confluent environment, which contains everything else of a stage. */
export class Environment extends Construct {
  readonly id: string
  /** Its CRN. */
  readonly crn: string

  constructor(scope: Construct, { stage, governance, protect }: EnvironmentOptions) {
    super(scope, 'environment')
    const environment = new ConfluentEnvironment(
      this,
      'playstream',
      { displayName: displayName(stage), governance },
      { preventDestroy: protect },
    )
    this.id = environment.id
    this.crn = environment.resourceName
  }
}
