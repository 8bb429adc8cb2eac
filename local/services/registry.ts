import { existsSync, realpathSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { makePrivateFolder, PRIVATE_FILE } from '../../kafka/private-files.ts'
import type { Home } from '../home.ts'
import { ARTIFACTS, artifactFolder } from '../install/artifacts.mjs'
import { javaCommand } from '../install/host.mjs'
import { LOOPBACK, type Ports } from '../process/ports.ts'
import type { ServiceCommand } from '../process/service.ts'
import { classArchive } from './class-archive.ts'

/** The registry's Confluent-compatible API. */
export function registryUrl(ports: Ports): string {
  return `http://${LOOPBACK}:${ports.registry}/apis/ccompat/v7`
}

/** The command that runs Apicurio Registry over a database file. */
export function registryCommand(home: Home, ports: Ports): ServiceCommand {
  const folder = join(home.data, 'registry')
  makePrivateFolder(folder)
  const jars = realpathSync(artifactFolder(home.folder, 'registry'))
  const { options, onEnd } = classArchive(jars)
  const properties = {
    'quarkus.http.host': LOOPBACK,
    'quarkus.http.port': ports.registry,
    'apicurio.storage.kind': 'sql',
    'apicurio.storage.sql.kind': 'h2',
    'apicurio.datasource.url': `jdbc:h2:file:${join(folder, 'schemas')}`,
    'quarkus.log.level': 'WARN',
    'quarkus.log.category."io.apicurio".level': 'WARN',
    'quarkus.http.access-log.enabled': 'false',
  }
  return {
    name: 'Apicurio Registry',
    command: javaCommand(),
    args: [
      '-Xmx256m',
      '-XX:TieredStopAtLevel=1',
      ...options,
      ...Object.entries(properties).map(([key, value]) => `-D${key}=${value}`),
      '-jar',
      join(jars, `apicurio-registry-app-${ARTIFACTS.registry.version}-runner.jar`),
    ],
    cwd: home.data,
    logFile: join(home.logs, 'registry.log'),
    ...(onEnd ? { onEnd } : {}),
  }
}

/**
 * Gives a new registry Confluent's default rule. Apicurio starts with none and would accept any change; only the first
 * start sets it, so that a rule the user chose later stays.
 */
export async function setDefaultCompatibilityOnce(home: Home, ports: Ports): Promise<void> {
  const marker = join(home.data, 'registry', 'compatibility-set')
  if (existsSync(marker)) return
  const response = await fetch(`${registryUrl(ports)}/config`, {
    method: 'PUT',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ compatibility: 'BACKWARD' }),
  })
  if (!response.ok)
    throw new Error(`the registry refused its default compatibility rule: HTTP ${response.status}`)
  writeFileSync(marker, '', { mode: PRIVATE_FILE })
}
