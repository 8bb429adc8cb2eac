import type { ResourceCredentials } from '../credentials.ts'
import { attribute, skipWait } from '../definition/attributes.ts'
import { confluentResource } from '../definition/resource.ts'

/** Something in Confluent Cloud, as keys refer to it. */
export interface ManagedResource {
  readonly id: string
  readonly apiVersion: string
  readonly kind: string
}

/** A service account's key to one service. A key is replaced, never changed, and the new one is created first. */
export class ApiKey extends confluentResource(
  'confluent_api_key',
  {
    displayName: attribute('display_name'),
    owner: (owner: ManagedResource) => ({ owner: [referenceTo(owner)] }),
    /** The service that takes the key. */
    managedResource: ({
      environmentId,
      ...service
    }: ManagedResource & { readonly environmentId: string }) => ({
      managed_resource: [{ ...referenceTo(service), environment: [{ id: environmentId }] }],
    }),
    /** Whether to return before the service takes the key. */
    skipWait,
  },
  {},
  { createBeforeDestroy: true },
) {
  get credentials(): ResourceCredentials {
    return { key: this.id, secret: this.getStringAttribute('secret') }
  }
}

function referenceTo({ id, apiVersion, kind }: ManagedResource) {
  return { id, api_version: apiVersion, kind }
}
