import type { Construct } from '../../cdktf.ts'
import { ConfluentResource, type ResourceOptions } from '../resource.ts'

export interface RoleBindingConfig {
  readonly principal: string
  readonly role: string
  /** The resource, or with a `*` at its end all that begin so. */
  readonly crnPattern: string
  /**
   * Whether to return as soon as it is asked for, without the provider's 90 s in which it comes into force: for those that
   * nothing else of the stack waits for.
   */
  readonly skipWait?: boolean
}

export class RoleBinding extends ConfluentResource {
  constructor(scope: Construct, name: string, config: RoleBindingConfig, options?: ResourceOptions) {
    const attributes = {
      principal: config.principal,
      role_name: config.role,
      crn_pattern: config.crnPattern,
      ...(config.skipWait ? { disable_wait_for_ready: true } : {}),
    }
    super(scope, name, 'confluent_role_binding', attributes, options)
  }
}
