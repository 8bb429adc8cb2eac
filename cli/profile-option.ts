import type { Command } from 'commander'
import type { Profile } from '../kafka/profile.ts'
import { profileNamed } from '../kafka/profiles.ts'

/** The profile that a verb was given. */
export function profileOf(command: Command): Profile {
  return profileNamed(profileNameOf(command))
}

export function profileNameOf(command: Command): string {
  return command.optsWithGlobals<{ profile: string }>().profile
}
