import type { Account } from '../../catalog/applications.ts'
import { connectAdmin } from '../clients/connect-admin.ts'
import type { Profile } from '../profile/profile.ts'
import { describeProfile, profileNamed } from '../profile/profiles.ts'
import { Registry } from '../registry/registry.ts'

/** Whether a service answers an account. */
export interface Check {
  /** Undefined where the profile knows only one. */
  readonly account?: Account
  readonly service: 'Kafka' | 'registry'
  /** Why not, in one line; undefined where it does. */
  readonly problem?: string
}

/**
 * Connects to the broker and the registry of a profile with the keys of each account that it has. An account without a key to a
 * registry that asks for one does not use it, and is not checked there.
 * @throws ProfileError where there is no such profile
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
