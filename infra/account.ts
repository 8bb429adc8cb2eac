import { Construct, type ITerraformDependable } from './cdktf.ts'
import type { Cluster } from './cluster.ts'
import { ApiKey } from './confluent/api-key.ts'
import { ServiceAccount } from './confluent/service-account.ts'
import { displayName } from './names.ts'
import type { Registry } from './registry.ts'

/** A service account and its keys. It may do nothing until it is given permissions. */
export class Account extends Construct {
  readonly name: string
  readonly id: string
  /** As permissions name it. */
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
   * A key to a service. It is made after the permissions that it needs: the provider waits until the service takes a new
   * key, and a registry takes none of an account that may do nothing in it.
   */
  keyTo(
    service: 'kafka' | 'registry' | 'ksqldb' | 'flink',
    resource: ConstructorParameters<typeof ApiKey>[2]['managedResource'],
    after: readonly ITerraformDependable[],
    options: { readonly skipWait?: boolean } = {},
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
        ...options,
      },
      after.length > 0 ? { dependsOn: after } : {},
    )
  }

  keyToKafka(cluster: Cluster, after: readonly ITerraformDependable[]): ApiKey {
    return this.keyTo('kafka', { ...cluster.service, environmentId: cluster.environment.id }, after)
  }

  keyToRegistry(registry: Registry, after: readonly ITerraformDependable[]): ApiKey {
    return this.keyTo('registry', { ...registry.service, environmentId: registry.environmentId }, after)
  }
}
