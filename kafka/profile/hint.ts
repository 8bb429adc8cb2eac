import type { Profile } from './profile.ts'

/** The end of an error message about a service that does not answer: what the user can check. */
export function hint(profile: Profile): string {
  return profile.name === 'local' ? ' (is it up? see: playstream status)' : ` (profile '${profile.name}')`
}
