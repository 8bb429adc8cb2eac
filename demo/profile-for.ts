import type { Account } from '../catalog/applications.ts'
import type { Profile } from '../kafka/profile.ts'

/** The profile with which each account of the platform reaches the cluster. */
export type ProfileFor = (account: Account) => Profile
