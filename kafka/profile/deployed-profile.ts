import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Account } from '../../catalog/applications.ts'
import { ProfileError } from '../errors.ts'
import { connectionOf } from './connection.ts'
import { ACCOUNT_FIELDS, CONNECTION_FIELDS, SHARED_FIELDS, type Written } from './fields.ts'
import type { Profile } from './profile.ts'
import { PROFILE_FOLDER, parseJson } from './profile-folder.ts'
import { objectSource, readFields } from './read-fields.ts'

/** The name of the profile that a deployment writes. */
export const DEPLOYED = 'cloud'

/** The file that a deployment writes: addresses, and the keys of each account. */
export type DeployedProfileFile = Written<typeof SHARED_FIELDS> & {
  readonly stage: string
  readonly bootstrapServers: readonly string[]
  readonly registryUrl: string
  readonly accounts: Readonly<Record<string, Written<typeof ACCOUNT_FIELDS>>>
}

export function deployedProfileFile(): string {
  return join(PROFILE_FOLDER, `${DEPLOYED}.json`)
}

/**
 * The file of the last deployment; undefined if nothing is deployed.
 * @throws ProfileError that names every field of the file that is missing or wrong
 */
export function readDeployed(file = deployedProfileFile()): DeployedProfileFile | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new ProfileError(`${file} cannot be read: ${(error as Error).message}`, { cause: error })
  }
  const found = parseJson(text)
  const problems = problemsOf(found)
  if (problems.length === 0) return found as DeployedProfileFile
  throw new ProfileError(
    `${file} is not what a deployment writes: ${problems.join('; ')}; write it again with: npm run deploy`,
  )
}

function problemsOf(found: unknown): readonly string[] {
  const { stage, accounts } = (found ?? {}) as Partial<Record<string, unknown>>
  if (typeof stage !== 'string') return ['stage is not set']
  if (typeof accounts !== 'object' || accounts === null) return ['accounts is not set']
  const ofAccounts = Object.entries(accounts).flatMap(
    ([name, keys]) => readFields(ACCOUNT_FIELDS, objectSource(keys, `accounts.${name}.`)).problems,
  )
  return [...readFields(SHARED_FIELDS, objectSource(found)).problems, ...ofAccounts]
}

/**
 * The profile of one account of a deployment.
 * @throws ProfileError if the deployment has no such account
 */
export function deployedProfile(deployed: DeployedProfileFile, account: Account): Profile {
  const keys = deployed.accounts[account]
  if (!keys) {
    throw new ProfileError(
      `the deployed stage '${deployed.stage}' has no account '${account}'; make it with: npm run deploy -- --stage ${deployed.stage}`,
    )
  }
  return connectionOf(DEPLOYED, readFields(CONNECTION_FIELDS, objectSource({ ...deployed, ...keys })).values)
}
