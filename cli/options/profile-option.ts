import { type Command, InvalidArgumentError } from 'commander'
import type { Account } from '../../catalog/applications.ts'
import { isProfileName } from '../../kafka/profile/environment-profile.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { profileNamed } from '../../kafka/profile/profiles.ts'
import { hideSecrets } from '../terminal/log.ts'
import { printable } from '../terminal/printable.ts'

/**
 * The profile of `--profile`, with the credentials of one account. From here on nothing that the command says on standard
 * error shows them.
 * @throws ProfileError when the profile does not exist or has no credentials for the account
 */
export function profileOf(command: Command, account: Account): Profile {
  const profile = profileNamed(profileNameOf(command), account)
  for (const credentials of [profile.sasl, profile.registry.credentials])
    if (credentials) hideSecrets(credentials.secret)
  return profile
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
