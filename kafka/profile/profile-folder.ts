import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of profile files, which the embedded runtime or a deployment writes. */
export const PROFILE_FOLDER =
  process.env.PLAYSTREAM_HOME ||
  join(dirname(dirname(dirname(fileURLToPath(import.meta.url)))), '.playstream')

/** The JSON of a profile file; undefined where it is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
