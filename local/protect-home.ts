import { chmodSync, existsSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { makePrivateFolder } from '../kafka/private-files.ts'
import { DEFAULT_HOME, type Home } from './home.ts'

/** The mode bits of everyone but the owner. */
const OTHERS = 0o077

/** The names of files in a home. */
const OWN = [
  /^(data|logs|plans|runtime|ship)$/,
  /^(local|cloud|processes)\.json(\.new|\.\d+)?$/,
  /^lock\.db(-journal)?$/,
  /^hosts\.log/,
]

/**
 * Creates a home's folder, or removes others' access to an existing one and its files, which an earlier version may have left
 * open. A folder with other files in it, such as /tmp, keeps its mode, and so do those files: only the runtime's own files
 * change. Targets of links stay as they are.
 */
export function protectHome(home: Home): void {
  const { folder } = home
  if (!existsSync(folder)) {
    makePrivateFolder(folder)
    return
  }
  const names = readdirSync(folder)
  const own = names.filter((name) => OWN.some((pattern) => pattern.test(name)))
  const isDefault = folder === DEFAULT_HOME
  // An empty folder that the user names may be meant for other files, too.
  if (isDefault || (own.length > 0 && own.length === names.length)) restrict(folder)
  // No runtime has used this folder, so files with a home's names belong to someone else.
  if (!existsSync(home.lock) && !isDefault) return
  for (const name of isDefault ? names : own) protect(join(folder, name))
}

/** Removes others' access to a file, or to a folder and everything in it except the targets of links. */
export function protect(path: string): void {
  try {
    const found = lstatSync(path)
    if (found.isSymbolicLink()) return
    restrict(path)
    if (found.isDirectory()) for (const name of readdirSync(path)) protect(join(path, name))
  } catch (error) {
    // The file is gone, or belongs to another user, who alone can change it.
    if (!['ENOENT', 'EPERM', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

function restrict(path: string): void {
  const { mode } = lstatSync(path)
  if ((mode & OTHERS) !== 0) chmodSync(path, mode & 0o777 & ~OTHERS)
}
