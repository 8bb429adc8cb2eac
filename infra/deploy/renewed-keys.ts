import { type Account, PROVISIONER } from '../../catalog/applications.ts'
import { TerraformError } from '../errors.ts'
import { Plan } from './plan.ts'
import { newPlanFolder } from './plan-folder.ts'
import { hasStaleKey, provisionerKeys } from './provisioner-key.ts'
import { stateAddresses, stateResources } from './state-resources.ts'
import type { Terraform } from './terraform.ts'

/**
 * The addresses of the keys to replace when these accounts get new keys. A key of the provisioner that was deleted by
 * hand is taken out of the state instead: replacing it would try to delete it.
 * @throws TerraformError if an account has nothing deployed
 */
export async function keysToReplace(terraform: Terraform, accounts: readonly Account[]): Promise<string[]> {
  if (accounts.length === 0) return []
  const known = await stateAddresses(terraform)
  const deleted = accounts.includes(PROVISIONER) ? await deletedKeys(terraform, known) : []
  if (deleted.length > 0) await terraform.succeed(['state', 'rm', ...deleted], 'kept')
  return accounts.flatMap((account) => {
    const keys = known.filter((address) => address.startsWith(`confluent_api_key.${account}_`))
    const isDeployed = known.some((address) => address === `confluent_service_account.${account}`)
    if (keys.length === 0 && !isDeployed)
      throw new TerraformError(`nothing is deployed for the account '${account}', so it has no keys to renew`)
    return keys.filter((address) => !deleted.includes(address))
  })
}

/** Whether a key of the provisioner is lost, so that resources created with it cannot be read. */
export async function hasLostKey(terraform: Terraform): Promise<boolean> {
  if (hasStaleKey(await stateResources(terraform))) return true
  return (await deletedKeys(terraform, await stateAddresses(terraform))).length > 0
}

/** The provisioner's keys that were deleted in the console, while the environment they belong to is still visible. */
async function deletedKeys(terraform: Terraform, known: readonly string[]): Promise<string[]> {
  const keys = provisionerKeys(known)
  if (keys.length === 0) return []
  const refresh = new Plan(terraform, newPlanFolder())
  try {
    await refresh.make(['-refresh-only', ...keys.map((address) => `-target=${address}`)], 'kept')
    const deleted = refresh.hasChanges ? await refresh.deletedOutside() : []
    return deleted.every((address) => keys.includes(address)) ? deleted : []
  } catch {
    return []
  } finally {
    refresh.discard()
  }
}
