import { environmentProfile } from './environment-profile.ts'
import { localProfile } from './local-profile.ts'
import type { Profile } from './profile.ts'

/**
 * The profile of a name: `local` is found by itself, every other is read from environment variables.
 * @throws ProfileError
 */
export function profileNamed(name: string, env: NodeJS.ProcessEnv = process.env): Profile {
  return name === 'local' ? localProfile() : environmentProfile(name, env)
}
