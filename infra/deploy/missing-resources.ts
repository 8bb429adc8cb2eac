/** What a plan does to one resource. */
export interface Change {
  readonly address: string
  readonly type: string
  readonly name: string
  readonly actions: readonly string[]
}

/** The types that contain everything else of a stage. */
const CONTAINERS = ['confluent_environment', 'confluent_kafka_cluster']

/**
 * Types whose absence is not repaired silently: nobody deletes these one by one in the console and expects them back.
 */
const NEVER_BY_THE_WAY = [
  ...CONTAINERS,
  'confluent_service_account',
  'confluent_ksql_cluster',
  'confluent_flink_compute_pool',
]

/**
 * The resources that a plan would create although they are in the state, if a key without access is more likely than a
 * deletion by hand: the provider takes a 403 for "gone". A single API key or role binding that was deleted in the
 * console is simply created again; if all of them are missing, the key is the likely reason.
 */
export function recreated(changes: readonly Change[], inState: readonly string[]): string[] {
  const known = new Set(inState)
  const again = changes.filter(
    ({ address, actions }) => actions.length === 1 && actions[0] === 'create' && known.has(address),
  )
  const suspicious = again.filter(({ type }) => {
    if (NEVER_BY_THE_WAY.includes(type)) return true
    if (!['confluent_api_key', 'confluent_role_binding'].includes(type)) return false
    const all = inState.filter((address) => typeOf(address) === type)
    return all.length > 1 && all.every((address) => again.some((change) => change.address === address))
  })
  return suspicious.map(({ address }) => address)
}

/** The resources in the state that a plan to destroy everything would not delete. */
export function leftBehind(changes: readonly Change[], inState: readonly string[]): string[] {
  const deleted = new Set(
    changes.filter(({ actions }) => actions.includes('delete')).map(({ address }) => address),
  )
  return inState.filter((address) => !deleted.has(address))
}

/**
 * The shell command that takes resources out of the state after they were deleted by hand. The contents of a deleted
 * environment or cluster are deleted with it; service accounts exist outside of it.
 * @param command Terraform's command line for the stage
 */
export function forgetCommand(command: string, addresses: readonly string[]): string {
  return addresses.some((address) => CONTAINERS.includes(typeOf(address)))
    ? `${command} state list | grep -vE '^(data\\.|confluent_service_account\\.)' | xargs ${command} state rm`
    : `${command} state rm ${addresses.join(' ')}`
}

function typeOf(address: string): string {
  return address.split('.')[0] ?? ''
}

/** The first few addresses and the number of the rest, for a message. Containers come first. */
export function some(addresses: readonly string[]): string {
  const [containers, others] = [true, false].map((first) =>
    addresses.filter((address) => CONTAINERS.includes(typeOf(address)) === first),
  )
  const shown = [...(containers ?? []), ...(others ?? [])].slice(0, 5).join(', ')
  return addresses.length > 5 ? `${shown} and ${addresses.length - 5} more` : shown
}
