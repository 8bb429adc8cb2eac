import type { Account } from '../catalog/applications.ts'
import type { Profile } from '../kafka/profile/profile.ts'

/** Returns the profile with which an account connects to the cluster. */
export type ProfileFor = (account: Account) => Profile
