import { attribute } from '../attributes.ts'
import { MANAGED } from '../outputs.ts'
import { confluentResource } from '../resource.ts'

export class ServiceAccount extends confluentResource(
  'confluent_service_account',
  { displayName: attribute('display_name') },
  MANAGED,
) {
  /** Its name in permissions. */
  get principal(): string {
    return `User:${this.id}`
  }
}
