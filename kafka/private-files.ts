import { mkdirSync } from 'node:fs'

// Profiles, keys, topics and logs are for their owner only, whatever the umask.

export const PRIVATE_FOLDER = 0o700
export const PRIVATE_FILE = 0o600

/** Creates a folder, and missing ones above it, that only its owner may enter. Leaves an existing folder as it is. */
export function makePrivateFolder(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: PRIVATE_FOLDER })
}
