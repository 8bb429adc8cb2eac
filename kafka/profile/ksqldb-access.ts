import { ProfileError } from '../errors.ts'
import { DEPLOYED, readDeployed } from './deployed-profile.ts'
import { variablePrefix } from './environment-profile.ts'
import type { Credentials } from './profile.ts'
import { Secret } from './secret.ts'

/** How to reach the ksqlDB server that works on a profile's cluster. */
export interface KsqlDbAccess {
  /** Without a slash at the end. */
  readonly url: string
  readonly credentials?: Credentials
  /** What to say where it does not work: what says where it is. */
  readonly hint: string
}

/** Where ksqlDB listens unless told otherwise. */
const LOCAL_URL = 'http://127.0.0.1:8088'

/**
 * The ksqlDB server of a profile: the address given, or that of the variables, or of what was deployed, or for `local`
 * ksqlDB's own default. A deployment's key goes to no other address than the deployment's.
 * @throws ProfileError that names the variable to set
 */
export function ksqlDbAccess(
  name: string,
  given?: string,
  env: NodeJS.ProcessEnv = process.env,
): KsqlDbAccess {
  const prefix = `${variablePrefix(name)}KSQLDB_`
  const read = (suffix: string) => env[prefix + suffix]?.trim() || undefined
  const deployed = name === DEPLOYED ? readDeployed()?.ksqldb : undefined
  const url = given ?? read('URL') ?? deployed?.url ?? (name === 'local' ? LOCAL_URL : undefined)
  if (url === undefined) {
    throw new ProfileError(
      `profile '${name}' has no ksqlDB: give its address with --url or ${prefix}URL, or deploy one with: npm run deploy -- --sql ksqldb`,
    )
  }
  const parsed = URL.parse(url)
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.username !== '' || parsed.password !== '') {
    throw new ProfileError('the address of ksqlDB must be an http or https URL without credentials')
  }
  const [key, secret] = [read('API_KEY'), read('API_SECRET')]
  if ((key === undefined) !== (secret === undefined)) {
    throw new ProfileError(
      `${prefix}API_${key === undefined ? 'KEY' : 'SECRET'} is not set, and the other half of it is`,
    )
  }
  const own = key !== undefined && secret !== undefined ? { key, secret: new Secret(secret) } : undefined
  const isDeployed = deployed !== undefined && URL.parse(deployed.url)?.origin === parsed.origin
  const credentials =
    own ?? (isDeployed ? { key: deployed.key, secret: new Secret(deployed.secret) } : undefined)
  return {
    url: url.replace(/\/+$/, ''),
    ...(credentials ? { credentials } : {}),
    hint: `its address is --url or ${prefix}URL, its key ${prefix}API_KEY and ${prefix}API_SECRET`,
  }
}
