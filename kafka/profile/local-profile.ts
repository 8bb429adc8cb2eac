import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ProfileError } from '../errors.ts'
import { connectionOf } from './connection.ts'
import { CONNECTION_FIELDS, SHARED_FIELDS, type Written } from './fields.ts'
import type { Profile } from './profile.ts'
import { PROFILE_FOLDER, parseJson } from './profile-folder.ts'
import { objectSource, readFields, type Source } from './read-fields.ts'

/** What the embedded runtime writes when it is ready, and removes when it stops. */
export type LocalProfileFile = Required<
  Pick<Written<typeof SHARED_FIELDS>, 'bootstrapServers' | 'registryUrl'>
> &
  Pick<Written<typeof SHARED_FIELDS>, 'flinkSqlUrl'>

/**
 * The profile of the embedded runtime.
 * @throws ProfileError where no runtime is running, or the file is not what the runtime wrote
 */
export function localProfile(file?: string): Profile {
  return connectionOf('local', readFields(CONNECTION_FIELDS, localSource(file)).values)
}

/** The address at which the embedded runtime's Flink takes SQL; undefined where the runtime has no Flink. */
export function localFlinkUrl(file?: string): string | undefined {
  const { flinkSqlUrl } = SHARED_FIELDS
  return readFields({ flinkSqlUrl }, localSource(file)).values.flinkSqlUrl
}

/**
 * The fields of the embedded runtime's file.
 * @throws ProfileError as `localProfile` does
 */
export function localSource(file = join(PROFILE_FOLDER, 'local.json')): Source {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new ProfileError('the local runtime is not running; start it with: playstream up --detach', {
      cause: error,
    })
  }
  const fields = objectSource({ securityProtocol: 'PLAINTEXT', ...(parseJson(text) as object | undefined) })
  const { problems } = readFields(SHARED_FIELDS, fields)
  if (problems.length === 0) return fields
  throw new ProfileError(
    `${file} is not what the local runtime writes: ${problems.join('; ')}; write it again with: playstream down, then playstream up --detach`,
  )
}
