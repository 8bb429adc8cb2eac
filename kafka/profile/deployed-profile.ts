import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Account } from '../../catalog/applications.ts'
import { ProfileError } from '../errors.ts'
import type { Profile } from './profile.ts'
import { PROFILE_FOLDER } from './profile-folder.ts'
import { Secret } from './secret.ts'

/** The name of the profile that a deployment writes. */
export const DEPLOYED = 'cloud'

/** A key and its secret, in the clear. */
export interface ClearCredentials {
  readonly key: string
  readonly secret: string
}

/** What a deployment writes: where everything is, and the keys of each account. */
export interface DeployedProfileFile {
  readonly stage: string
  readonly bootstrapServers: readonly string[]
  readonly registryUrl: string
  readonly accounts: Readonly<
    Record<string, { readonly kafka: ClearCredentials; readonly registry?: ClearCredentials }>
  >
  /** Where there is a ksqlDB cluster. */
  readonly ksqldb?: ClearCredentials & { readonly url: string }
}

export function deployedProfileFile(): string {
  return join(PROFILE_FOLDER, `${DEPLOYED}.json`)
}

/**
 * What the last deployment wrote; undefined where there was none.
 * @throws ProfileError where the file is not what a deployment writes
 */
export function readDeployed(file = deployedProfileFile()): DeployedProfileFile | undefined {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new ProfileError(`${file} cannot be read: ${(error as Error).message}`, { cause: error })
  }
  const found = parse(text)
  if (isDeployed(found)) return found
  throw new ProfileError(`${file} is not what a deployment writes; write it anew with: npm run deploy`)
}

/**
 * A deployment, as one of its accounts sees it.
 * @throws ProfileError where it has no such account
 */
export function deployedProfile(deployed: DeployedProfileFile, account: Account): Profile {
  const keys = deployed.accounts[account]
  if (!keys) {
    throw new ProfileError(
      `the deployed stage '${deployed.stage}' has no account '${account}'; make it with: npm run deploy -- --stage ${deployed.stage}`,
    )
  }
  const { kafka, registry } = keys
  return {
    name: DEPLOYED,
    bootstrapServers: deployed.bootstrapServers,
    tls: {},
    sasl: { mechanism: 'plain', key: kafka.key, secret: new Secret(kafka.secret) },
    registry: {
      url: deployed.registryUrl,
      ...(registry ? { credentials: { key: registry.key, secret: new Secret(registry.secret) } } : {}),
    },
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isDeployed(found: unknown): found is DeployedProfileFile {
  const { stage, bootstrapServers, registryUrl, accounts, ksqldb } = (found ?? {}) as Record<string, unknown>
  return (
    typeof stage === 'string' &&
    Array.isArray(bootstrapServers) &&
    bootstrapServers.length > 0 &&
    bootstrapServers.every((server) => typeof server === 'string') &&
    typeof registryUrl === 'string' &&
    typeof accounts === 'object' &&
    accounts !== null &&
    Object.values(accounts).every(
      (keys) => isCredentials(keys?.kafka) && (keys.registry === undefined || isCredentials(keys.registry)),
    ) &&
    (ksqldb === undefined || (isCredentials(ksqldb) && typeof (ksqldb as { url?: unknown }).url === 'string'))
  )
}

function isCredentials(found: unknown): found is ClearCredentials {
  const { key, secret } = (found ?? {}) as Record<string, unknown>
  return typeof key === 'string' && typeof secret === 'string'
}
