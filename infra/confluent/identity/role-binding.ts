import { attribute, skipWait } from '../definition/attributes.ts'
import { confluentResource } from '../definition/resource.ts'

export class RoleBinding extends confluentResource('confluent_role_binding', {
  principal: attribute('principal'),
  role: attribute('role_name'),
  /** The resource's CRN; with a `*` at its end, every resource whose CRN begins like that. */
  crnPattern: attribute('crn_pattern'),
  /** Whether to skip the provider's 90 s of waiting until it is in force: for bindings that nothing else in the stack needs. */
  skipWait,
}) {}
