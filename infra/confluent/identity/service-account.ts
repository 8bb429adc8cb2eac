import type { Construct } from '../../cdktf.ts'
import { ConfluentResource } from '../resource.ts'

export class ServiceAccount extends ConfluentResource {
  constructor(scope: Construct, name: string, config: { readonly displayName: string }) {
    super(scope, name, 'confluent_service_account', { display_name: config.displayName })
  }

  get apiVersion(): string {
    return this.getStringAttribute('api_version')
  }

  get kind(): string {
    return this.getStringAttribute('kind')
  }

  /** As permissions name it. */
  get principal(): string {
    return `User:${this.id}`
  }
}
