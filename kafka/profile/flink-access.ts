import { ProfileError } from '../errors.ts'
import { variablePrefix, variables } from './environment-profile.ts'
import { FIELDS } from './fields.ts'
import { localFlinkUrl } from './local-profile.ts'
import { parseField, readFields } from './read-fields.ts'

/** How to reach the Flink of a profile's cluster. */
export interface FlinkAccess {
  /** The SQL gateway, without a slash at the end. */
  readonly url: string
  /** Flink's own REST API, where it is not at the address that the gateway names. */
  readonly restUrl?: string
  /** For error messages: the settings that name the gateway. */
  readonly hint: string
}

const { flinkSqlUrl, flinkRestUrl } = FIELDS

/**
 * The SQL gateway of a profile. Its address is the given one, or from the variables, or for `local` the local runtime's.
 * @throws ProfileError that says how to set the address
 */
export function flinkAccess(name: string, given?: string, env: NodeJS.ProcessEnv = process.env): FlinkAccess {
  const variable = variablePrefix(name) + flinkSqlUrl.variable
  const own = readFields({ flinkSqlUrl, flinkRestUrl }, variables(name, env))
  const problems = [...own.problems]
  const address =
    given === undefined
      ? own.values.flinkSqlUrl
      : parseField(flinkSqlUrl, given, 'the address of Flink', problems)
  if (problems.length > 0) throw new ProfileError(problems.join('; '))
  const url = address ?? (name === 'local' ? localFlinkUrl() : undefined)
  if (url === undefined) {
    throw new ProfileError(
      name === 'local'
        ? 'the local runtime has no Flink; start it with: playstream down, then playstream up --flink --detach'
        : `profile '${name}' has no Flink: give the address of its SQL gateway with --url or ${variable}`,
    )
  }
  const restUrl = own.values.flinkRestUrl
  return {
    url,
    ...(restUrl === undefined ? {} : { restUrl }),
    hint: `the SQL gateway's address is --url or ${variable}; the local one starts with: playstream up --flink`,
  }
}
