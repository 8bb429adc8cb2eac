import type { Construct } from '../../cdktf.ts'
import type { ResourceCredentials } from '../credentials.ts'
import { ConfluentResource, type ResourceOptions } from '../resource.ts'

/** A thing of Confluent Cloud as keys refer to it. */
export interface ManagedResource {
  readonly id: string
  readonly apiVersion: string
  readonly kind: string
}

export interface ApiKeyConfig {
  readonly displayName: string
  readonly owner: ManagedResource
  /** The service that takes the key. */
  readonly managedResource: ManagedResource & { readonly environmentId: string }
  /** Whether to return before the service takes it. */
  readonly skipWait?: boolean
}

/** A key of a service account to one service. It is replaced, never changed, and the new one is made first. */
export class ApiKey extends ConfluentResource {
  constructor(scope: Construct, name: string, config: ApiKeyConfig, options: ResourceOptions = {}) {
    const { owner, managedResource } = config
    const attributes = {
      display_name: config.displayName,
      owner: [{ id: owner.id, api_version: owner.apiVersion, kind: owner.kind }],
      managed_resource: [
        {
          id: managedResource.id,
          api_version: managedResource.apiVersion,
          kind: managedResource.kind,
          environment: [{ id: managedResource.environmentId }],
        },
      ],
      ...(config.skipWait ? { disable_wait_for_ready: true } : {}),
    }
    super(scope, name, 'confluent_api_key', attributes, { createBeforeDestroy: true, ...options })
  }

  get credentials(): ResourceCredentials {
    return { key: this.id, secret: this.getStringAttribute('secret') }
  }
}
