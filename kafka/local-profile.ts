import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ProfileError } from './errors.ts'
import type { Profile } from './profile.ts'

/** What the embedded runtime writes when it is ready, and removes when it stops. */
export interface LocalProfileFile {
  readonly bootstrapServers: readonly string[]
  readonly registryUrl: string
}

const FOLDER =
  process.env.PLAYSTREAM_HOME || join(dirname(dirname(fileURLToPath(import.meta.url))), '.playstream')

/**
 * The profile of the embedded runtime.
 * @throws ProfileError where none is running
 */
export function localProfile(file = join(FOLDER, 'local.json')): Profile {
  let found: LocalProfileFile
  try {
    found = JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new ProfileError('the local runtime is not running; start it with: playstream up --detach', {
      cause: error,
    })
  }
  return {
    name: 'local',
    bootstrapServers: found.bootstrapServers,
    tls: false,
    registry: { url: found.registryUrl },
  }
}
