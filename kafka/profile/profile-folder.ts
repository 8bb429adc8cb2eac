import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** Where profiles are found that something else has written: the embedded runtime, or a deployment. */
export const PROFILE_FOLDER =
  process.env.PLAYSTREAM_HOME ||
  join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), '.playstream')
