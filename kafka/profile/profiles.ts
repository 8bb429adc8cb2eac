import type { Account } from '../../catalog/applications.ts'
import { ProfileError } from '../errors.ts'
import { DEPLOYED, deployedProfile, readDeployed } from './deployed-profile.ts'
import { environmentProfile, hasVariables, variablePrefix, variables } from './environment-profile.ts'
import { ACCOUNT_FIELDS, FIELDS, SHARED_FIELDS, type Written } from './fields.ts'
import { localProfile, localSource } from './local-profile.ts'
import type { Profile } from './profile.ts'
import { objectSource, readFields, type Source } from './read-fields.ts'

/**
 * The profile of a name, as an account uses it: `local` is found by itself; every other is read from its environment
 * variables, and `cloud`, where no variable is set, from what the last deployment wrote. Only a deployment tells accounts
 * apart.
 * @throws ProfileError
 */
export function profileNamed(name: string, account: Account, env: NodeJS.ProcessEnv = process.env): Profile {
  if (name === 'local') return localProfile()
  if (name !== DEPLOYED || hasVariables(name, env)) return environmentProfile(name, env)
  const deployed = readDeployed()
  if (deployed) return deployedProfile(deployed, account)
  throw new ProfileError(
    `profile '${name}': nothing is deployed, and ${variablePrefix(name)}${FIELDS.bootstrapServers.variable} is not set: npm run deploy ` +
      `writes the profile of a deployment; for another cluster set ${variablePrefix(name)}* (see docs/clusters.md)`,
  )
}

/** The names of all profiles that can be used here: `local`, the deployment's, and those whose variables are set. */
export function profileNames(env: NodeJS.ProcessEnv = process.env): string[] {
  const pattern = new RegExp(`^PLAYSTREAM_([A-Z0-9_]+)_${FIELDS.bootstrapServers.variable}$`)
  const named = Object.keys(env).flatMap((variable) => {
    const name = pattern.exec(variable)?.[1]
    return name && env[variable]?.trim() ? [name.toLowerCase()] : []
  })
  return [...new Set(['local', ...(readDeployed() ? [DEPLOYED] : []), ...named.sort()])]
}

/** A profile as it can be shown: the fields that are set, with secrets masked. */
export type ProfileDescription = Written<typeof SHARED_FIELDS> & {
  /** Where the fields come from. */
  readonly source: string
  readonly bootstrapServers: readonly string[]
  readonly registryUrl: string
  /** Who has keys of their own; one without a name where everyone uses the same. */
  readonly accounts: readonly ({ readonly account?: Account } & Written<typeof ACCOUNT_FIELDS>)[]
}

/** @throws ProfileError */
export function describeProfile(name: string, env: NodeJS.ProcessEnv = process.env): ProfileDescription {
  const deployed = name === DEPLOYED && !hasVariables(name, env) ? readDeployed() : undefined
  if (!deployed) {
    profileNamed(name, 'dashboard', env)
    const source = name === 'local' ? 'the local runtime' : `${variablePrefix(name)}*`
    return describe(source, name === 'local' ? localSource() : variables(name, env), [[{}, undefined]])
  }
  const accounts = Object.entries(deployed.accounts)
  if (accounts.length === 0)
    throw new ProfileError(`profile '${name}' has no account; write it again with: npm run deploy`)
  return describe(
    `the deployed stage ${deployed.stage}`,
    objectSource(deployed),
    accounts.map(([account, keys]) => [{ account: account as Account }, objectSource(keys)]),
  )
}

function describe(
  source: string,
  shared: Source,
  accounts: readonly (readonly [{ readonly account?: Account }, Source | undefined])[],
): ProfileDescription {
  return {
    source,
    ...(readFields(SHARED_FIELDS, shared).shown as Omit<ProfileDescription, 'source' | 'accounts'>),
    accounts: accounts.map(([who, own]) => ({
      ...who,
      ...readFields(ACCOUNT_FIELDS, own ?? shared).shown,
    })),
  }
}
