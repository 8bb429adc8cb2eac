import { chmodSync, existsSync, lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { makePrivateFolder } from '../kafka/private-files.ts'
import { DEFAULT_HOME, type Home } from './home.ts'

/** What others may do with a file; a bit of it on one of ours is a fault. */
const OTHERS = 0o077

/** What the folder of a home holds. */
const OWN = [
  /^(data|logs|plans|runtime|ship)$/,
  /^(local|cloud|processes)\.json(\.new|\.\d+)?$/,
  /^lock\.db(-journal)?$/,
  /^hosts\.log/,
]

/**
 * Makes the folder of a home where it is missing, and takes away what others may do with it and with all in it, as an
 * earlier version left it. A folder that holds anything but a home's own files, as /tmp does, keeps its mode, and so does
 * what is not ours in it: only what a runtime made there is mended. What a link leads to is left alone.
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
  // An empty folder that was given to us may be meant for more than us.
  if (isDefault || (own.length > 0 && own.length === names.length)) restrict(folder)
  // No runtime has been here: what has such a name is somebody else's.
  if (!existsSync(home.lock) && !isDefault) return
  for (const name of isDefault ? names : own) protect(join(folder, name))
}

/** Takes away what others may do with a file or a folder and with all in it, but for what links lead to. */
export function protect(path: string): void {
  try {
    const found = lstatSync(path)
    if (found.isSymbolicLink()) return
    restrict(path)
    if (found.isDirectory()) for (const name of readdirSync(path)) protect(join(path, name))
  } catch (error) {
    // Gone meanwhile, or another user's, who alone can change it.
    if (!['ENOENT', 'EPERM', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
  }
}

function restrict(path: string): void {
  const { mode } = lstatSync(path)
  if ((mode & OTHERS) !== 0) chmodSync(path, mode & 0o777 & ~OTHERS)
}
