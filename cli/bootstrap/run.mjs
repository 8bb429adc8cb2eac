// Takes a fresh clone to a running program: checks the host, installs what is missing, and runs a program of this project
// on the pinned Node. Usage: node cli/bootstrap/run.mjs [--services] PROGRAM [ARG ...], with --services for a program that
// starts the embedded runtime. This file itself runs on any Node from 20.
import { spawn } from 'node:child_process'
import module from 'node:module'
import { constants } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { installed } from '../../local/install/artifacts.mjs'
import { missingJava, missingMaven, missingMessage, missingNode } from '../../local/install/host.mjs'
import { installPackages, packagesAreCurrent, projectNode } from './packages.mjs'

const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))))
const home = process.env['PLAYSTREAM_HOME'] || join(root, '.playstream')

/** The scripts of this project and of its tools, by name. */
const PROGRAMS = {
  playstream: 'cli/main.ts',
  types: 'catalog/types/generate.ts',
  docs: 'cli/generate-docs.ts',
  monitoring: 'observability/generate-monitoring.ts',
  digests: 'local/install/pin-digests.ts',
  bench: 'bench/main.ts',
  vitest: 'node_modules/vitest/vitest.mjs',
  tsc: 'node_modules/typescript/bin/tsc',
  biome: 'node_modules/@biomejs/biome/bin/biome',
}

/**
 * Node's compile cache, unless NODE_COMPILE_CACHE names another. Without a cache, stripping types and compiling takes half the
 * run time of a short command. The cache is inside node_modules so that npm removes it together with the packages.
 */
const compiled = process.env['NODE_COMPILE_CACHE'] || join(root, 'node_modules', '.cache', 'node')

/** The verbs of `playstream` that start the embedded runtime. */
const SERVICE_VERBS = ['start', 'up']

/**
 * @param {keyof typeof PROGRAMS} program
 * @param {string[]} args
 * @param {boolean} [services] whether the program always starts the embedded runtime
 */
export async function run(program, args, services = false) {
  const asksForHelp = args.includes('--help') || args.includes('-h')
  const startsServices = program === 'playstream' && SERVICE_VERBS.includes(args[0] ?? '')
  const needsServices = (services || startsServices) && !asksForHelp
  const missing = missingNode()
    .concat(needsServices ? missingJava() : [])
    .concat(needsServices && !installed(home) && !installed(join(root, '.playstream')) ? missingMaven() : [])
  if (missing.length > 0) {
    process.stderr.write(`${missingMessage(missing)}\n`)
    process.exit(1)
  }
  let onPinnedNode = process.execPath.startsWith(join(root, 'node_modules'))
  if (!packagesAreCurrent(root)) {
    if (!installPackages(root)) {
      process.stderr.write('playstream: npm could not install the packages; its output above says why\n')
      process.exit(1)
    }
    onPinnedNode = false
  }
  const script = join(root, PROGRAMS[program])
  if (onPinnedNode) {
    module.enableCompileCache(compiled)
    // For the processes that this one starts.
    process.env['NODE_COMPILE_CACHE'] = compiled
    process.argv = [process.argv[0] ?? 'node', script, ...args]
    await import(pathToFileURL(script).href)
  } else {
    runOnPinnedNode(script, args)
  }
}

/**
 * Runs the script on the pinned Node and waits for it. Signals are forwarded; when the terminal has already signalled both
 * processes, the child counts the two as one (cli/terminal/shutdown.ts). The IPC channel tells the child when this process dies.
 * @param {string} script
 * @param {string[]} args
 */
function runOnPinnedNode(script, args) {
  const child = spawn(projectNode(root), [script, ...args], {
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
    env: {
      ...process.env,
      PATH: `${join(root, 'node_modules', '.bin')}:${process.env['PATH']}`,
      NODE_COMPILE_CACHE: compiled,
    },
  })
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => child.kill(signal))
  }
  // A killed npm cannot forward a signal, so its death is polled for.
  const parent = process.ppid
  const orphaned = () => process.env['npm_lifecycle_event'] !== undefined && process.ppid !== parent
  setInterval(() => orphaned() && child.kill('SIGTERM'), 500).unref()
  child.on('error', (error) => {
    process.stderr.write(`playstream: cannot run ${projectNode(root)}: ${error.message}\n`)
    process.exit(1)
  })
  child.on('exit', (code, signal) => {
    process.exit(code ?? 128 + (signal ? constants.signals[signal] : 0))
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const words = process.argv.slice(2)
  const services = words[0] === '--services'
  const [program, ...args] = services ? words.slice(1) : words
  if (program === undefined || !(program in PROGRAMS)) {
    process.stderr.write(
      `run.mjs: unknown program '${program}'; choose one of: ${Object.keys(PROGRAMS).join(', ')}\n`,
    )
    process.exit(2)
  }
  await run(/** @type {keyof typeof PROGRAMS} */ (program), args, services)
}
