import { attribute } from '../definition/attributes.ts'
import { confluentResource } from '../definition/resource.ts'

export class ConfluentEnvironment extends confluentResource(
  'confluent_environment',
  {
    displayName: attribute('display_name'),
    /** The package of Stream Governance; the registry comes with it. */
    governance: (name: string) => ({ stream_governance: [{ package: name }] }),
  },
  { /** Its CRN. */ resourceName: 'resource_name' },
) {}
