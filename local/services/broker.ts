import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makePrivateFolder, PRIVATE_FILE } from '../../kafka/private-files.ts'
import { LocalRuntimeError } from '../errors.ts'
import type { Home } from '../home.ts'
import { artifactFolder } from '../install/artifacts.mjs'
import { javaCommand } from '../install/host.mjs'
import { LOOPBACK, type Ports } from '../process/ports.ts'
import type { ServiceCommand } from '../process/service.ts'
import { protect } from '../protect-home.ts'
import { classArchive } from './class-archive.ts'

/**
 * The command that runs a single Apache Kafka node, broker and KRaft controller in one, on formatted storage.
 * @param host the listening address, also advertised to clients: a name, or an address as in a URL
 */
export function brokerCommand(home: Home, ports: Ports, host: string = LOOPBACK): ServiceCommand {
  const folder = brokerFolder(home)
  formatOnce(home, folder, ports)
  const config = join(home.data, 'kafka.properties')
  writeFileSync(config, serverProperties(folder, ports, host), { mode: PRIVATE_FILE })
  const { options, onEnd } = classArchive(jars(home))
  return {
    name: 'Apache Kafka',
    command: javaCommand(),
    args: ['-Xms256m', '-Xmx512m', '-XX:+UseG1GC', ...options, ...java(home), 'kafka.Kafka', config],
    cwd: home.data,
    logFile: join(home.logs, 'kafka.log'),
    ...(onEnd ? { onEnd } : {}),
  }
}

/** Where the broker keeps its logs. */
export function brokerFolder(home: Home): string {
  return join(home.data, 'kafka')
}

function java(home: Home): string[] {
  const logging = join(home.data, 'kafka-log4j2.yaml')
  writeFileSync(logging, LOGGING, { mode: PRIVATE_FILE })
  return [`-Dlog4j2.configurationFile=${logging}`, '-cp', join(jars(home), '*')]
}

function jars(home: Home): string {
  return realpathSync(artifactFolder(home.folder, 'kafka'))
}

/** Formats the storage in a temporary folder and renames that folder, so that storage is never half formatted. */
function formatOnce(home: Home, folder: string, ports: Ports): void {
  if (existsSync(folder)) return
  const partial = `${folder}.partial`
  rmSync(partial, { recursive: true, force: true })
  makePrivateFolder(partial)
  const config = join(home.data, 'kafka-format.properties')
  writeFileSync(config, serverProperties(partial, ports, LOOPBACK), { mode: PRIVATE_FILE })
  const clusterId = Buffer.from(randomUUID().replaceAll('-', ''), 'hex').toString('base64url')
  // One argument, because an id may begin with a dash.
  const { options, onEnd } = classArchive(jars(home))
  const args = [
    // An archive of this program's few classes would not serve the broker.
    ...(onEnd ? [] : options),
    ...java(home),
    'kafka.tools.StorageTool',
    'format',
    `--cluster-id=${clusterId}`,
    '--config',
    config,
  ]
  const run = spawnSync(javaCommand(), args, { encoding: 'utf8' })
  if (run.status !== 0) {
    const reason = (run.error?.message ?? (run.stderr || run.stdout)).trim()
    throw new LocalRuntimeError('NOT_HEALTHY', `Apache Kafka could not format ${folder}: ${reason}`)
  }
  rmSync(config)
  protect(partial)
  renameSync(partial, folder)
}

function serverProperties(folder: string, ports: Ports, host: string): string {
  const settings: Record<string, string | number> = {
    'node.id': 1,
    'process.roles': 'broker,controller',
    listeners: `PLAINTEXT://${host}:${ports.broker},CONTROLLER://${LOOPBACK}:${ports.controller}`,
    'advertised.listeners': `PLAINTEXT://${host}:${ports.broker}`,
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
    // Static voters, not the dynamic quorum: their address is read from this file, so the ports may change between starts.
    'controller.quorum.voters': `1@${LOOPBACK}:${ports.controller}`,
    'log.dirs': folder,
    // One node: internal topics have one replica, and as many partitions as a laptop's groups need.
    'offsets.topic.replication.factor': 1,
    'offsets.topic.num.partitions': 8,
    'transaction.state.log.replication.factor': 1,
    'transaction.state.log.min.isr': 1,
    'transaction.state.log.num.partitions': 8,
    'share.coordinator.state.topic.replication.factor': 1,
    'share.coordinator.state.topic.min.isr': 1,
    'share.coordinator.state.topic.num.partitions': 1,
    'group.initial.rebalance.delay.ms': 0,
    // Clients may choose short timeouts, so that a killed process blocks others only briefly.
    'group.min.session.timeout.ms': 1_000,
    'transaction.abort.timed.out.transaction.cleanup.interval.ms': 1_000,
    // Only the catalog creates topics, here as in the cloud.
    'auto.create.topics.enable': 'false',
    // Confluent Cloud's limit, so that a record too large there is too large here.
    'message.max.bytes': 2_097_164,
  }
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}

const LOGGING = `Configuration:
  Appenders:
    Console:
      name: STDOUT
      PatternLayout:
        pattern: "%d{ISO8601} %p %m (%c{1})%n"
  Loggers:
    Root:
      level: WARN
      AppenderRef:
        - ref: STDOUT
    Logger:
      - name: kafka.server
        level: INFO
`
