import { PlanRefusedError } from '../errors.ts'
import { type Change, forgetCommand, leftBehind, recreated, some } from './missing-resources.ts'

/** A plan, and what it is checked against. */
export interface Checked {
  readonly stage: string
  readonly changes: readonly Change[]
  /** The addresses of all resources in the state. */
  readonly inState: readonly string[]
  /** Whether everything is to be destroyed. */
  readonly destroy: boolean
  /** Whether resources that hold data are protected. */
  readonly protect: boolean
  /** Terraform's command line for the stage, for the user. */
  readonly command: string
}

/** The types that hold data. Terraform's own protection of a resource disappears with its declaration. */
const HOLD_DATA: Readonly<Record<string, string>> = {
  confluent_environment: 'the environment',
  confluent_kafka_cluster: 'the Kafka cluster',
  confluent_kafka_topic: 'topic',
}

const NOT_SEEN =
  'the cloud key may not see them (the provider takes a 403 for "gone"), or they were deleted by hand'

/**
 * Refuses a harmful plan.
 * @throws PlanRefusedError if the key does not see what is in the state, or if protected data would be lost
 */
export function checkPlan({ stage, changes, inState, destroy, protect, command }: Checked): void {
  const fix = (addresses: readonly string[]) =>
    `give the key's account OrganizationAdmin, or, after a deletion by hand, take them out of the state and try again: ${forgetCommand(command, addresses)}`
  if (destroy) {
    const left = leftBehind(changes, inState)
    if (left.length > 0)
      throw new PlanRefusedError(
        `nothing was destroyed: ${some(left)} of the stage ${stage} would stay, because ${NOT_SEEN}; ${fix(left)}`,
      )
    return
  }
  const again = recreated(changes, inState)
  if (again.length > 0)
    throw new PlanRefusedError(
      `nothing was changed: the plan creates ${some(again)}, which the stage ${stage} has, because ${NOT_SEEN}; ${fix(again)}`,
    )
  if (!protect) return
  const lost = changes.filter(({ type, actions }) => type in HOLD_DATA && actions.includes('delete'))
  if (lost.length > 0)
    throw new PlanRefusedError(
      `nothing was changed: the stage ${stage} is protected, and the plan destroys with all records ${some(lost.map(({ type, name }) => (type === 'confluent_kafka_topic' ? `topic ${name}` : (HOLD_DATA[type] as string))))}: declare what was removed or renamed again, or add --protect off`,
    )
}
