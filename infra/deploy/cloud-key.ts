import { SettingsError } from '../errors.ts'

/**
 * Requires a key for Confluent Cloud, before anything runs.
 * @throws SettingsError that names what is missing
 */
export function requireCloudKey(env: NodeJS.ProcessEnv): void {
  const missing = ['CONFLUENT_CLOUD_API_KEY', 'CONFLUENT_CLOUD_API_SECRET'].filter(
    (name) => !env[name]?.trim(),
  )
  if (missing.length === 0) return
  throw new SettingsError(
    `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not set: deploying needs a cloud API key (docs/operations.md)`,
  )
}
