// The services of the embedded runtime: their artifacts, versions and folders. Plain
// JavaScript, because the launcher imports this file before the project's own Node is installed.
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @typedef {object} Artifact
 * @property {string} name the service
 * @property {string} version
 * @property {number} [revision] raised when the same version is installed differently, so that the old installation counts as missing
 * @property {string} coordinate the Maven coordinate
 * @property {readonly string[]} [alongside] coordinates of further artifacts that it needs but does not declare
 * @property {readonly string[]} [without] dependencies that it declares but does not need, as group:name
 * @property {'dependencies' | 'archive'} kind a jar with its runtime dependencies, or an archive to unpack
 * @property {string} size the size of the download, for the progress line
 */

/** @type {{ kafka: Artifact, registry: Artifact }} */
export const ARTIFACTS = {
  kafka: {
    name: 'Apache Kafka',
    version: '4.3.0',
    revision: 2,
    coordinate: 'org.apache.kafka:kafka_2.13:4.3.0',
    // Kafka logs to slf4j 1.7, which writes nothing without this binding; its version is that of Kafka's log4j-core.
    alongside: ['org.apache.logging.log4j:log4j-slf4j-impl:2.25.4'],
    kind: 'dependencies',
    size: '44 MB',
  },
  registry: {
    name: 'Apicurio Registry',
    version: '3.0.9',
    coordinate: 'io.apicurio:apicurio-registry-app:3.0.9:tar.gz:all',
    kind: 'archive',
    size: '109 MB',
  },
}

/**
 * Apache Flink, fetched on first use.
 * @type {Artifact}
 */
export const FLINK = {
  name: 'Apache Flink',
  version: '2.2.0',
  coordinate: 'org.apache.flink:flink-sql-gateway:2.2.0',
  alongside: [
    'org.apache.flink:flink-runtime-web:2.2.0',
    'org.apache.flink:flink-clients:2.2.0',
    'org.apache.flink:flink-connector-base:2.2.0',
    'org.apache.flink:flink-table-planner-loader:2.2.0',
    'org.apache.flink:flink-table-runtime:2.2.0',
    'org.apache.flink:flink-json:2.2.0',
    // 2.2.0 exists only as a jar, without POM, checksum or an entry in the list of versions; this release is complete.
    'org.apache.flink:flink-sql-avro-confluent-registry:2.1.0',
    'org.apache.flink:flink-sql-connector-kafka:5.0.0-2.2',
    'org.apache.logging.log4j:log4j-slf4j-impl:2.24.3',
  ],
  // The gateway's jar contains its classes already.
  without: ['org.apache.flink:flink-sql-gateway-api'],
  kind: 'dependencies',
  size: '161 MB',
}

/**
 * The folder of an installed service; it exists only if the installation is complete.
 * @param {string} home the `.playstream` folder
 * @param {keyof typeof ARTIFACTS} service
 */
export function artifactFolder(home, service) {
  return folderOf(home, service, ARTIFACTS[service])
}

/**
 * The folder of any installed artifact, including optional ones.
 * @param {string} home the `.playstream` folder
 * @param {string} id the name of its folder, before the version
 * @param {Artifact} artifact
 */
export function folderOf(home, id, artifact) {
  const revision = artifact.revision === undefined ? '' : `-r${artifact.revision}`
  return join(home, 'runtime', `${id}-${artifact.version}${revision}`)
}

/**
 * @param {string} home the `.playstream` folder
 * @returns {boolean} whether every artifact is installed
 */
export function installed(home) {
  return existsSync(artifactFolder(home, 'kafka')) && existsSync(artifactFolder(home, 'registry'))
}
