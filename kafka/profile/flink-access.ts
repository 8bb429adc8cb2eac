import { ProfileError } from '../errors.ts'
import { variablePrefix } from './environment-profile.ts'
import { localFlinkUrl } from './local-profile.ts'

/** How to reach the Flink that works on a profile's cluster. */
export interface FlinkAccess {
  /** Its SQL gateway, without a slash at the end. */
  readonly url: string
  /** Flink's own REST API, where it is not where the gateway says that it is. */
  readonly restUrl?: string
  /** What to say where it does not work: what says where it is. */
  readonly hint: string
}

/**
 * The SQL gateway of a profile: the address given, or that of the variables, or for `local` that of the local runtime.
 * @throws ProfileError that says how to give it
 */
export function flinkAccess(name: string, given?: string, env: NodeJS.ProcessEnv = process.env): FlinkAccess {
  const prefix = `${variablePrefix(name)}FLINK_`
  const read = (suffix: string) => env[prefix + suffix]?.trim() || undefined
  const url = given ?? read('URL') ?? (name === 'local' ? localFlinkUrl() : undefined)
  if (url === undefined) {
    throw new ProfileError(
      name === 'local'
        ? 'the local runtime has no Flink; start it with: playstream down, then playstream up --flink --detach'
        : `profile '${name}' has no Flink: give the address of its SQL gateway with --url or ${prefix}URL`,
    )
  }
  const restUrl = read('REST_URL')
  for (const address of [url, ...(restUrl ? [restUrl] : [])]) {
    if (!/^https?:$/.test(URL.parse(address)?.protocol ?? ''))
      throw new ProfileError(`the address of Flink must be an http or https URL, and is '${address}'`)
  }
  return {
    url: url.replace(/\/+$/, ''),
    ...(restUrl ? { restUrl: restUrl.replace(/\/+$/, '') } : {}),
    hint: `the SQL gateway's address is --url or ${prefix}URL; the local one starts with: playstream up --flink`,
  }
}
