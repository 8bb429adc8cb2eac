import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { LocalRuntimeError } from '../errors.ts'
import type { Artifact } from './artifacts.mjs'

/** The SHA-256 of each file of an artifact, by path in the artifact's folder. */
export type Digests = Readonly<Record<string, string>>

/** What `npm run digests` pins: the files of each artifact, by the artifact's key. */
export const DIGESTS_FILE = new URL('digests.json', import.meta.url)

/** The key of an artifact's digests: a different version, or different parts, make a different artifact. */
export function pinOf({ coordinate, alongside = [], without = [] }: Artifact): string {
  return [coordinate, ...alongside.map((one) => `+${one}`), ...without.map((one) => `-${one}`)].join(' ')
}

/** The digests of all files in a folder. */
export function digestsIn(folder: string): Digests {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  return Object.fromEntries(files.map((file) => [file.slice(folder.length + 1), digestOf(file)]))
}

function digestOf(file: string): string {
  return createHash('sha256').update(readFileSync(file)).digest('hex')
}

/**
 * Checks that a folder holds an artifact's pinned files and nothing else.
 * @throws LocalRuntimeError that names the file, the pinned digest and the actual one
 */
export function requirePinned(
  artifact: Artifact,
  folder: string,
  pinned: Readonly<Record<string, Digests>> = JSON.parse(readFileSync(DIGESTS_FILE, 'utf8')),
): void {
  const { name, version } = artifact
  const expected = pinned[pinOf(artifact)]
  if (!expected) {
    throw refused(
      `${name} ${version} has no digests in local/install/digests.json; pin what is fetched: npm run digests`,
    )
  }
  const found = digestsIn(folder)
  for (const file of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    if (expected[file] === found[file]) continue
    throw refused(
      `${name} ${version} was not installed: ${file} must have the SHA-256 ${expected[file] ?? '(none: it is not part of it)'}, and ` +
        `has ${found[file] ?? '(none: it is missing)'}; remove it from Maven's local repository and try again, or ask who serves it`,
    )
  }
}

function refused(message: string): LocalRuntimeError {
  return new LocalRuntimeError('INSTALL_FAILED', message)
}
