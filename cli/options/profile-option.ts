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
 * Validates the name of a profile, which need not exist.
 * @throws InvalidArgumentError when it contains other characters than letters, digits, - and _
 */
export function profileName(text: string): string {
  if (isProfileName(text)) return text
  throw new InvalidArgumentError(
    `'${printable(text)}' is not a valid profile name: use only letters, digits, - and _.`,
  )
}
