import type { Command } from 'commander'
import type { Account } from '../catalog/applications.ts'
import type { Profile } from '../kafka/profile.ts'
import { profileNamed } from '../kafka/profiles.ts'

/** The profile that a verb was given, with the credentials of the account that does what the verb does. */
export function profileOf(command: Command, account: Account): Profile {
  return profileNamed(profileNameOf(command), account)
}

export function profileNameOf(command: Command): string {
  return command.optsWithGlobals<{ profile: string }>().profile
}
