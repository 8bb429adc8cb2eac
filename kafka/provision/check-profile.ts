import type { Account } from '../../catalog/applications.ts'
import { connectAdmin } from '../clients/connect-admin.ts'
import type { Profile } from '../profile/profile.ts'
import { describeProfile, profileNamed } from '../profile/profiles.ts'
import { Registry } from '../registry/registry.ts'

/** The result of connecting to one service with one account's keys. */
export interface Check {
  /** Undefined if all applications share the profile's keys. */
  readonly account?: Account
  readonly service: 'Kafka' | 'registry'
  /** The failure in one line; undefined if the service answered. */
  readonly problem?: string
}

/**
 * Connects to the broker and the registry of a profile with each account's keys. An account without a registry key does not use
 * the registry if other accounts have such keys, and is not checked there.
 * @throws ProfileError if the profile does not exist
 */
export async function checkProfile(name: string): Promise<Check[]> {
  const { accounts } = describeProfile(name)
  const asks = accounts.some(({ registry }) => registry)
  const checks = accounts.map(async ({ account, registry }) => {
    const profile = profileNamed(name, account ?? 'dashboard')
    const who = account === undefined ? {} : { account }
    return [
      { ...who, service: 'Kafka', ...(await problemOf(() => reachBroker(profile))) } as const,
      ...(registry || !asks
        ? [
            {
              ...who,
              service: 'registry',
              ...(await problemOf(() => new Registry(profile).subjects())),
            } as const,
          ]
        : []),
    ]
  })
  return (await Promise.all(checks)).flat()
}

async function reachBroker(profile: Profile): Promise<void> {
  const admin = await connectAdmin(profile, 'check')
  await admin.disconnect()
}

async function problemOf(attempt: () => Promise<unknown>): Promise<{ problem?: string }> {
  try {
    await attempt()
    return {}
  } catch (error) {
    return { problem: (error as Error).message }
  }
}
