import { Construct } from '../cdktf.ts'
import { ApiKey } from '../confluent/identity/api-key.ts'
import type { RoleBinding } from '../confluent/identity/role-binding.ts'
import { ServiceAccount } from '../confluent/identity/service-account.ts'
import type { Cluster } from './cluster.ts'
import { displayName } from './names.ts'
import type { Registry } from './registry.ts'

/** A service account and its keys. It has no permissions until it is granted some. */
export class Account extends Construct {
  readonly name: string
  readonly id: string
  /** Its name in permissions. */
  readonly principal: string
  readonly #stage: string
  readonly #account: ServiceAccount

  constructor(scope: Construct, options: { readonly stage: string; readonly name: string }) {
    super(scope, 'account')
    this.name = options.name
    this.#stage = options.stage
    this.#account = new ServiceAccount(this, this.name, { displayName: displayName(this.#stage, this.name) })
    this.id = this.#account.id
    this.principal = this.#account.principal
  }

  /**
   * A key to a service. Without `after` Terraform does not wait until the service takes the key: the provider records a
   * key only after that wait, and an interrupted wait would leave a live key in nobody's state.
   * @param after the permissions that the stack itself needs with this key. The provider then waits until the service
   * takes the key; a service takes no key of an account without permissions in it. These permissions are replaced
   * together with the key, the new ones first. They must never be ACLs: a new entry equals the old one and would be
   * deleted with it.
   */
  keyTo(
    service: 'kafka' | 'registry' | 'ksqldb' | 'flink',
    resource: ConstructorParameters<typeof ApiKey>[2]['managedResource'],
    { after = [] }: { readonly after?: readonly RoleBinding[] } = {},
  ): ApiKey {
    const name = `${this.name}_${service}`
    const { id, apiVersion, kind } = this.#account
    return new ApiKey(
      this,
      name,
      {
        displayName: displayName(this.#stage, this.name, service),
        owner: { id, apiVersion, kind },
        managedResource: resource,
        skipWait: after.length === 0,
      },
      after.length > 0 ? { dependsOn: after } : {},
    )
  }

  keyToKafka(cluster: Cluster, options?: { readonly after?: readonly RoleBinding[] }): ApiKey {
    return this.keyTo('kafka', { ...cluster.service, environmentId: cluster.environment.id }, options)
  }

  keyToRegistry(registry: Registry, options?: { readonly after?: readonly RoleBinding[] }): ApiKey {
    return this.keyTo('registry', { ...registry.service, environmentId: registry.environmentId }, options)
  }
}
