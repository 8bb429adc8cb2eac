import { attribute } from '../definition/attributes.ts'
import { MANAGED } from '../definition/outputs.ts'
import { confluentResource } from '../definition/resource.ts'

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
