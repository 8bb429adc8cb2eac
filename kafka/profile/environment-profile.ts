import { ProfileError } from '../errors.ts'
import { connectionOf } from './connection.ts'
import { CONNECTION_FIELDS, type Fields, pathsOf } from './fields.ts'
import type { Profile } from './profile.ts'
import { readFields, type Source } from './read-fields.ts'

/** Whether a profile can have the name, which becomes part of its variables' names: letters, digits, - and _ only. */
export function isProfileName(name: string): boolean {
  return /^[a-z0-9][a-z0-9_-]*$/i.test(name)
}

/** The prefix of a profile's variables: `cloud` reads PLAYSTREAM_CLOUD_BOOTSTRAP_SERVERS and so on. */
export function variablePrefix(name: string): string {
  return `PLAYSTREAM_${name.toUpperCase().replace(/[^A-Z0-9]/g, '_')}_`
}

/** The variables of a profile. */
export function variables(name: string, env: NodeJS.ProcessEnv): Source {
  const prefix = variablePrefix(name)
  return {
    nameOf: ({ variable }) => prefix + variable,
    at: ({ variable }) => env[prefix + variable],
    hasLists: false,
  }
}

/** Whether any of a profile's variables is set. */
export function hasVariables(
  name: string,
  env: NodeJS.ProcessEnv,
  fields: Fields = CONNECTION_FIELDS,
): boolean {
  const prefix = variablePrefix(name)
  return pathsOf(fields).some(([, { variable }]) => env[prefix + variable]?.trim())
}

/**
 * Any profile but `local`, from environment variables. The connection is encrypted and authenticated unless
 * SECURITY_PROTOCOL says otherwise.
 * @throws ProfileError that names every variable that is missing or wrong, never a secret's value
 */
export function environmentProfile(name: string, env: NodeJS.ProcessEnv): Profile {
  if (!isProfileName(name)) {
    throw new ProfileError(`'${name}' is not a profile's name: letters, digits, - and _ only`)
  }
  const { values, problems } = readFields(CONNECTION_FIELDS, variables(name, env))
  if (problems.length > 0) throw new ProfileError(`profile '${name}': ${problems.join('; ')}`)
  return connectionOf(name, values)
}
