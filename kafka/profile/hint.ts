import type { Profile } from './profile.ts'

/** What to look at when a service of a profile does not answer, for the end of an error message. */
export function hint(profile: Profile): string {
  return profile.name === 'local' ? ' (is it up? see: playstream status)' : ` (profile '${profile.name}')`
}
