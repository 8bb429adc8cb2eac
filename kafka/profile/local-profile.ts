import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ProfileError } from '../errors.ts'
import type { Profile } from './profile.ts'
import { PROFILE_FOLDER } from './profile-folder.ts'

/** What the embedded runtime writes when it is ready, and removes when it stops. */
export interface LocalProfileFile {
  readonly bootstrapServers: readonly string[]
  readonly registryUrl: string
  /** The SQL gateway of Flink, where the runtime has one. */
  readonly flinkSqlUrl?: string
}

/**
 * The profile of the embedded runtime.
 * @throws ProfileError where none is running, or its file is not what the runtime wrote
 */
export function localProfile(file = join(PROFILE_FOLDER, 'local.json')): Profile {
  const found = parse(read(file))
  if (!isLocalProfile(found)) {
    throw new ProfileError(
      `${file} is not what the local runtime writes; write it anew with: playstream down, then playstream up --detach`,
    )
  }
  return {
    name: 'local',
    bootstrapServers: found.bootstrapServers,
    tls: false,
    registry: { url: found.registryUrl },
  }
}

/** Where the embedded runtime's Flink takes SQL; undefined where it runs without. */
export function localFlinkUrl(file = join(PROFILE_FOLDER, 'local.json')): string | undefined {
  const { flinkSqlUrl } = (parse(read(file)) ?? {}) as Partial<LocalProfileFile>
  return typeof flinkSqlUrl === 'string' ? flinkSqlUrl : undefined
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new ProfileError('the local runtime is not running; start it with: playstream up --detach', {
      cause: error,
    })
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isLocalProfile(found: unknown): found is LocalProfileFile {
  const { bootstrapServers, registryUrl } = (found ?? {}) as Record<keyof LocalProfileFile, unknown>
  return (
    Array.isArray(bootstrapServers) &&
    bootstrapServers.length > 0 &&
    bootstrapServers.every((server) => typeof server === 'string') &&
    typeof registryUrl === 'string'
  )
}
