// The services of the embedded runtime: which artifacts, which versions, and where an installed one is found. Plain
// JavaScript, because the launcher asks it before the project's own Node is there.
import { existsSync } from 'node:fs'
import { join } from 'node:path'

/**
 * @typedef {object} Artifact
 * @property {string} name the service
 * @property {string} version
 * @property {number} [revision] raised where the same version is installed in another way, so that the old one counts as absent
 * @property {string} coordinate Maven's, as its plugin takes it
 * @property {readonly string[]} [alongside] the coordinates of what it needs and does not bring
 * @property {readonly string[]} [without] what it would bring and does not need, as group:name
 * @property {'dependencies' | 'archive'} kind a jar with its runtime dependencies, or an archive to unpack
 * @property {string} size what is downloaded, for the progress line
 */

/** @type {{ kafka: Artifact, registry: Artifact }} */
export const ARTIFACTS = {
  kafka: {
    name: 'Apache Kafka',
    version: '4.3.0',
    revision: 2,
    coordinate: 'org.apache.kafka:kafka_2.13:4.3.0',
    // What it logs goes to slf4j 1.7, and nowhere without this: of the version of the log4j-core that Kafka brings.
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
 * Apache Flink, which is fetched when it is first asked for.
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
    // Of 2.2.0 there is only a jar, without POM or checksum and in no list of versions: this one is a whole release.
    'org.apache.flink:flink-sql-avro-confluent-registry:2.1.0',
    'org.apache.flink:flink-sql-connector-kafka:5.0.0-2.2',
    'org.apache.logging.log4j:log4j-slf4j-impl:2.24.3',
  ],
  // The gateway's jar has its classes already.
  without: ['org.apache.flink:flink-sql-gateway-api'],
  kind: 'dependencies',
  size: '161 MB',
}

/**
 * The folder of an installed service: it is there only when the installation is whole.
 * @param {string} home the `.playstream` folder
 * @param {keyof typeof ARTIFACTS} service
 */
export function artifactFolder(home, service) {
  return folderOf(home, service, ARTIFACTS[service])
}

/**
 * The same for any artifact, those that the runtime itself does without among them.
 * @param {string} home the `.playstream` folder
 * @param {string} id what its folder is called, before the version
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
