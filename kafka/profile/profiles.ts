import type { Account } from '../../catalog/applications.ts'
import { ProfileError } from '../errors.ts'
import { DEPLOYED, deployedProfile, readDeployed } from './deployed-profile.ts'
import { environmentProfile, variablePrefix } from './environment-profile.ts'
import { localProfile } from './local-profile.ts'
import type { Credentials, Profile } from './profile.ts'

/**
 * The profile of a name, as an account uses it: `local` is found by itself; every other is read from its environment
 * variables, and `cloud`, where those are not set, from what the last deployment wrote. Only a deployment tells accounts
 * apart.
 * @throws ProfileError
 */
export function profileNamed(name: string, account: Account, env: NodeJS.ProcessEnv = process.env): Profile {
  if (name === 'local') return localProfile()
  if (name !== DEPLOYED || hasVariables(name, env)) return environmentProfile(name, env)
  const deployed = readDeployed()
  if (deployed) return deployedProfile(deployed, account)
  throw new ProfileError(
    `profile '${name}': nothing is deployed, and ${variablePrefix(name)}BOOTSTRAP_SERVERS is not set: npm run deploy writes the ` +
      `profile of a deployment; for another cluster set ${variablePrefix(name)}* (see the README)`,
  )
}

/** Whether a profile's variables are set: any of them, so that a half of them is a mistake and not ignored. */
export function hasVariables(name: string, env: NodeJS.ProcessEnv): boolean {
  const prefix = variablePrefix(name)
  return ['BOOTSTRAP_SERVERS', 'API_KEY', 'API_SECRET', 'REGISTRY_URL'].some((suffix) =>
    env[prefix + suffix]?.trim(),
  )
}

/** The names of all profiles that can be used here: `local`, the deployment's, and those whose variables are set. */
export function profileNames(env: NodeJS.ProcessEnv = process.env): string[] {
  const named = Object.keys(env).flatMap((variable) => {
    const name = /^PLAYSTREAM_([A-Z0-9_]+)_BOOTSTRAP_SERVERS$/.exec(variable)?.[1]
    return name && env[variable]?.trim() ? [name.toLowerCase()] : []
  })
  return [...new Set(['local', ...(readDeployed() ? [DEPLOYED] : []), ...named.sort()])]
}

/** A profile as it can be shown: secrets print as ***. */
export interface ProfileDescription {
  /** Where it comes from. */
  readonly source: string
  readonly bootstrapServers: readonly string[]
  readonly registryUrl: string
  /** Who has keys of their own; one without a name where everyone uses the same. */
  readonly accounts: readonly {
    readonly account?: Account
    readonly kafka?: Credentials
    readonly registry?: Credentials
  }[]
}

/** @throws ProfileError */
export function describeProfile(name: string, env: NodeJS.ProcessEnv = process.env): ProfileDescription {
  const deployed = name === DEPLOYED && !hasVariables(name, env) ? readDeployed() : undefined
  const accounts = deployed ? (Object.keys(deployed.accounts) as Account[]) : [undefined]
  const profiles = accounts.map((account) => ({
    account,
    profile: profileNamed(name, account ?? 'dashboard', env),
  }))
  const [first] = profiles
  if (!first) throw new ProfileError(`profile '${name}' has no account; write it anew with: npm run deploy`)
  return {
    source: deployed
      ? `the deployed stage ${deployed.stage}`
      : name === 'local'
        ? 'the local runtime'
        : `${variablePrefix(name)}*`,
    bootstrapServers: first.profile.bootstrapServers,
    registryUrl: first.profile.registry.url,
    accounts: profiles.map(({ account, profile: { sasl, registry } }) => ({
      ...(account === undefined ? {} : { account }),
      ...(sasl ? { kafka: { key: sasl.key, secret: sasl.secret } } : {}),
      ...(registry.credentials ? { registry: registry.credentials } : {}),
    })),
  }
}
