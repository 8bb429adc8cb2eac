// Installs the npm packages when they are missing or differ from the lockfile. Runs on any Node from 20, before any package is
// installed.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Whether `node_modules` matches `package-lock.json`. npm writes `node_modules/.package-lock.json` last, so an interrupted
 * installation counts as missing.
 * @param {string} root the repository
 */
export function packagesAreCurrent(root) {
  const wanted = packagesOf(join(root, 'package-lock.json'))
  const present = packagesOf(join(root, 'node_modules', '.package-lock.json'))
  if (!wanted || !present || !existsSync(projectNode(root))) return false
  return Object.keys(wanted).every((path) => {
    const want = wanted[path]
    const have = present[path]
    if (path === '' || !want) return true
    return have ? have.version === want.version && have.integrity === want.integrity : want.optional === true
  })
}

/**
 * Installs exactly the versions of the lockfile.
 * @param {string} root the repository
 * @returns {boolean} whether it succeeded; on failure npm has printed the reason
 */
export function installPackages(root) {
  process.stderr.write('playstream: installing the npm packages (once, about 20 s) ...\n')
  // npm must not run on node_modules/.bin/node, because it is about to replace that file.
  const args = ['ci', '--loglevel=error', '--no-fund', '--no-audit']
  const execpath = process.env['npm_execpath']
  const node = process.env['npm_node_execpath'] || process.execPath
  const viaNode = execpath !== undefined && /npm-cli\.c?js$/.test(execpath)
  const run = spawnSync(viaNode ? node : 'npm', viaNode ? [execpath, ...args] : args, {
    cwd: root,
    stdio: ['ignore', 2, 2],
    env: { ...process.env, PATH: withoutProjectBin(root) },
  })
  return run.status === 0
}

/** @param {string} root the repository; @returns {string} the Node that the project pins */
export function projectNode(root) {
  return join(root, 'node_modules', '.bin', 'node')
}

/** @param {string} root */
function withoutProjectBin(root) {
  const own = join(root, 'node_modules')
  return (process.env['PATH'] || '')
    .split(':')
    .filter((folder) => !folder.startsWith(own))
    .join(':')
}

/**
 * @param {string} file a lockfile
 * @returns {Record<string, { version?: string, integrity?: string, optional?: boolean }> | undefined}
 */
function packagesOf(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8')).packages
  } catch {
    return undefined
  }
}
