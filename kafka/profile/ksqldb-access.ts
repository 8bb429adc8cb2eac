import { ProfileError } from '../errors.ts'
import { credentialsOf } from './connection.ts'
import { DEPLOYED, readDeployed } from './deployed-profile.ts'
import { variablePrefix, variables } from './environment-profile.ts'
import { FIELDS } from './fields.ts'
import type { Credentials } from './profile.ts'
import { objectSource, parseField, readFields } from './read-fields.ts'

/** How to reach the ksqlDB server of a profile's cluster. */
export interface KsqlDbAccess {
  /** Without a slash at the end. */
  readonly url: string
  readonly credentials?: Credentials
  /** For error messages: the settings that name the server. */
  readonly hint: string
}

/** The default address of ksqlDB. */
const LOCAL_URL = 'http://127.0.0.1:8088'

const { ksqldb } = FIELDS

/**
 * The ksqlDB server of a profile. Its address is the given one, or from the variables, or from the deployment, or for `local`
 * ksqlDB's default. The deployment's key is used only with the deployment's address.
 * @throws ProfileError that names the variable to set
 */
export function ksqlDbAccess(
  name: string,
  given?: string,
  env: NodeJS.ProcessEnv = process.env,
): KsqlDbAccess {
  const prefix = variablePrefix(name)
  const own = readFields({ ksqldb }, variables(name, env))
  const deployed =
    name === DEPLOYED ? readFields({ ksqldb }, objectSource(readDeployed())).values.ksqldb : undefined
  const problems = [...own.problems]
  const address =
    given === undefined
      ? own.values.ksqldb?.url
      : parseField(ksqldb.url, given, 'the address of ksqlDB', problems)
  if (problems.length > 0) throw new ProfileError(problems.join('; '))
  const url = address ?? deployed?.url ?? (name === 'local' ? LOCAL_URL : undefined)
  if (url === undefined) {
    throw new ProfileError(
      `profile '${name}' has no ksqlDB: give its address with --url or ${prefix}${ksqldb.url.variable}, or deploy one with: npm run deploy -- --sql ksqldb`,
    )
  }
  const isDeployed = deployed?.url !== undefined && URL.parse(deployed.url)?.origin === URL.parse(url)?.origin
  const credentials = credentialsOf(own.values.ksqldb) ?? (isDeployed ? credentialsOf(deployed) : undefined)
  const { key, secret } = ksqldb
  return {
    url,
    ...(credentials ? { credentials } : {}),
    hint: `its address is --url or ${prefix}${ksqldb.url.variable}, its key ${prefix}${key.variable} and ${prefix}${secret.variable}`,
  }
}
