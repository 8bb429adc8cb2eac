import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { makePrivateFolder, PRIVATE_FILE } from '../../kafka/private-files.ts'
import { LocalRuntimeError } from '../errors.ts'
import { type Home, ROOT } from '../home.ts'
import { FLINK, folderOf } from '../install/artifacts.mjs'
import { jarCommand, javaCommand, javacCommand, missingJavac, missingMessage } from '../install/host.mjs'
import { installExtra } from '../install/install.ts'
import { type FlinkPorts, LOOPBACK } from '../process/ports.ts'
import type { ServiceCommand } from '../process/service.ts'
import { protect } from '../protect-home.ts'
import { classArchive } from './class-archive.ts'

/** The most concurrent jobs, of one task each. */
const SLOTS = 16

/** A killed cluster's entries in ZooKeeper count as alive for so long. */
const SESSION_TIMEOUT = '4 s'

/** The class that runs Flink, and the functions that the SQL scripts need beside Flink's own. */
const MAIN = 'LocalFlink'
const FUNCTIONS = join(ROOT, 'sql', 'flink', 'java')
const JAR = 'playstream.jar'
const SERVICES = join('META-INF', 'services', 'org.apache.flink.table.factories.Factory')
const SOURCES = [
  join(ROOT, 'local', 'services', `${MAIN}.java`),
  ...['CheckedAvroFormatFactory', 'CheckedAvroSchema', 'FixedRetention'].map((name) =>
    join(FUNCTIONS, 'playstream', 'flink', `${name}.java`),
  ),
]

/** The SQL gateway's REST API. */
export function sqlGatewayUrl(ports: FlinkPorts): string {
  return `http://${LOOPBACK}:${ports.sqlGateway}`
}

/** Flink's web page and its own REST API. */
export function flinkUrl(ports: FlinkPorts): string {
  return `http://${LOOPBACK}:${ports.flink}`
}

/** Whether the SQL gateway answers and its cluster accepts jobs. */
export async function flinkAnswers(ports: FlinkPorts): Promise<boolean> {
  try {
    const [, overview] = await Promise.all(
      [`${sqlGatewayUrl(ports)}/info`, `${flinkUrl(ports)}/overview`].map(async (url) => {
        const response = await fetch(url, { signal: AbortSignal.timeout(3_000) })
        if (!response.ok) throw new Error(`HTTP ${response.status}`)
        return (await response.json()) as { 'slots-total'?: number }
      }),
    )
    return (overview?.['slots-total'] ?? 0) > 0
  } catch {
    return false
  }
}

/**
 * Fetches Flink and compiles the class that runs it, unless both exist.
 * @throws LocalRuntimeError if the host lacks Java's compiler or Maven, or either fails
 */
export async function installFlink(
  home: Home,
  progress: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const classes = classesFolder(home)
  const missing = existsSync(classes) ? [] : missingJavac()
  if (missing.length > 0) throw new LocalRuntimeError('HOST_LACKS', missingMessage(missing))
  const jars = await installExtra(home, 'flink', FLINK, progress, signal)
  if (existsSync(classes)) return
  const partial = `${classes}.partial-${process.pid}`
  const compiled = join(partial, 'compiled')
  try {
    mkdirSync(dirname(join(compiled, SERVICES)), { recursive: true })
    copyFileSync(join(FUNCTIONS, SERVICES), join(compiled, SERVICES))
    build(javacCommand(), '--release', '17', '-cp', join(jars, '*'), '-d', compiled, ...SOURCES)
    // The JVM makes no class archive for a class path with a folder.
    build(jarCommand(), '--create', '--file', join(partial, JAR), '-C', compiled, '.')
    rmSync(compiled, { recursive: true })
    // Another process may have finished first, with the same result.
    protect(partial)
    if (!existsSync(classes)) renameSync(partial, classes)
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
}

function build(command: string, ...args: string[]): void {
  const run = spawnSync(command, args, { encoding: 'utf8' })
  if (run.status === 0) return
  const reason = (run.error?.message ?? run.stderr).trim()
  throw new LocalRuntimeError('INSTALL_FAILED', `${command} could not build ${MAIN}: ${reason}`)
}

/** The command that runs Flink over the stored jobs. */
export function flinkCommand(home: Home, ports: FlinkPorts): ServiceCommand {
  const folder = join(home.data, 'flink')
  const temporary = join(folder, 'tmp')
  rmSync(temporary, { recursive: true, force: true })
  makePrivateFolder(temporary)
  const lines = Object.entries(settings(folder, temporary, ports)).map(
    ([key, value]) => `${key}: ${JSON.stringify(String(value))}\n`,
  )
  writeFileSync(join(folder, 'config.yaml'), lines.join(''), { mode: PRIVATE_FILE })
  const logging = join(folder, 'log4j2.properties')
  writeFileSync(logging, LOGGING, { mode: PRIVATE_FILE })
  const [classes, jars] = [classesFolder(home), folderOf(home.folder, 'flink', FLINK)].map((path) =>
    realpathSync(path),
  ) as [string, string]
  const { options, onEnd } = classArchive(jars, classes)
  return {
    name: 'Apache Flink',
    command: javaCommand(),
    args: [
      '-Xms128m',
      '-Xmx768m',
      '-XX:+UseG1GC',
      '-XX:TieredStopAtLevel=1',
      ...options,
      // ZooKeeper would preallocate 64 MB for each of its logs.
      '-Dzookeeper.preAllocSize=1024',
      `-Djava.io.tmpdir=${temporary}`,
      `-Dlog4j2.configurationFile=${logging}`,
      // Flink's serializers access these packages of the JDK by reflection.
      ...['java.util', 'java.lang', 'java.time'].map((name) => `--add-opens=java.base/${name}=ALL-UNNAMED`),
      '-cp',
      [join(classes, JAR), join(jars, '*')].join(':'),
      MAIN,
      join(folder, 'zookeeper'),
      String(ports.zookeeper),
      String(SLOTS),
    ],
    env: { FLINK_CONF_DIR: folder },
    cwd: folder,
    logFile: join(home.logs, 'flink.log'),
    ...(onEnd ? { onEnd } : {}),
  }
}

/** A folder named by the sources' digest, so that changed sources are compiled again. */
function classesFolder(home: Home): string {
  const hash = createHash('sha256')
  for (const source of [...SOURCES, join(FUNCTIONS, SERVICES)]) hash.update(readFileSync(source))
  return join(home.folder, 'runtime', `flink-jar-${hash.digest('hex').slice(0, 12)}`)
}

function settings(folder: string, temporary: string, ports: FlinkPorts): Record<string, string | number> {
  const under = (name: string) => pathToFileURL(join(folder, name)).href
  return {
    'rest.address': LOOPBACK,
    'rest.bind-address': LOOPBACK,
    'rest.port': ports.flink,
    'rest.bind-port': ports.flink,
    'sql-gateway.endpoint.rest.address': LOOPBACK,
    'sql-gateway.endpoint.rest.bind-address': LOOPBACK,
    'sql-gateway.endpoint.rest.port': ports.sqlGateway,
    'sql-gateway.endpoint.rest.bind-port': ports.sqlGateway,
    // The gateway submits jobs to the cluster in the same process.
    'execution.target': 'remote',
    'execution.attached': 'false',
    'parallelism.default': 1,
    'io.tmp.dirs': temporary,
    'process.working-dir': temporary,
    // Memory for jobs with windows, shared equally by the slots.
    'taskmanager.memory.managed.size': '256m',
    'taskmanager.memory.network.min': '64m',
    'taskmanager.memory.network.max': '64m',
    // Jobs resume where they were, however this process ended.
    'high-availability.type': 'zookeeper',
    'high-availability.storageDir': under('jobs'),
    'high-availability.zookeeper.quorum': `${LOOPBACK}:${ports.zookeeper}`,
    'high-availability.zookeeper.client.session-timeout': SESSION_TIMEOUT,
    'execution.checkpointing.interval': '1 s',
    'execution.checkpointing.mode': 'EXACTLY_ONCE',
    'execution.checkpointing.dir': under('checkpoints'),
    'execution.checkpointing.savepoint-dir': under('savepoints'),
    'state.backend.type': 'hashmap',
    // The planner keeps the class loader of a closed session; all classes are on the class path anyway.
    'classloader.check-leaked-classloader': 'false',
    'restart-strategy.type': 'exponential-delay',
    'restart-strategy.exponential-delay.initial-backoff': '500 ms',
    'restart-strategy.exponential-delay.max-backoff': '10 s',
  }
}

const LOGGING = `rootLogger.level = WARN
rootLogger.appenderRef.console.ref = console
appender.console.name = console
appender.console.type = Console
appender.console.layout.type = PatternLayout
appender.console.layout.pattern = %d{ISO8601} %p %m (%c{1})%n
# It looks for Hadoop's command line, which is not there.
logger.cli.name = org.apache.flink.client.cli.CliFrontend
logger.cli.level = ERROR
`
