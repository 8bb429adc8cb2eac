import { type Command, InvalidArgumentError } from 'commander'
import type { Account } from '../../catalog/applications.ts'
import { isProfileName } from '../../kafka/profile/environment-profile.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { profileNamed } from '../../kafka/profile/profiles.ts'
import { printable } from '../terminal/printable.ts'

/** The profile that a verb was given, with the credentials of the account that does what the verb does. */
export function profileOf(command: Command, account: Account): Profile {
  return profileNamed(profileNameOf(command), account)
}

export function profileNameOf(command: Command): string {
  return command.optsWithGlobals<{ profile: string }>().profile
}

/**
 * A profile's name as an argument, whether or not there is such a profile.
 * @throws InvalidArgumentError where it cannot be one
 */
export function profileName(text: string): string {
  if (isProfileName(text)) return text
  throw new InvalidArgumentError(
    `'${printable(text)}' is not a profile's name: letters, digits, - and _ only.`,
  )
}
