// Peer of the de-duplication benchmark: the same work with Kafka Streams, in its own JVM.
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Profile } from '../../kafka/profile/profile.ts'
import { LocalRuntimeError } from '../../local/errors.ts'
import { type Home, ROOT } from '../../local/home.ts'
import type { Artifact } from '../../local/install/artifacts.mjs'
import { javaCommand } from '../../local/install/host.mjs'
import { installExtra } from '../../local/install/install.ts'
import { Service } from '../../local/process/service.ts'

const KAFKA_STREAMS: Artifact = {
  name: 'Kafka Streams',
  version: '4.3.0',
  coordinate: 'org.apache.kafka:kafka-streams:4.3.0',
  kind: 'dependencies',
  size: '94 MB',
}

const CLASS = 'DedupPeer'
const SOURCE = join(ROOT, 'bench', 'peers', 'kafka-streams', `${CLASS}.java`)

export interface PeerOptions {
  /** Also the consumer group. */
  readonly applicationId: string
  /** Topics, which must exist. */
  readonly input: string
  readonly output: string
  readonly duplicates: string
}

/**
 * Starts the peer on a cluster without TLS and credentials; returns when its process exists. The first call downloads
 * Kafka Streams. The service's `stop` lets it commit the transaction in flight.
 * @throws LocalRuntimeError if the host lacks Maven or a Java compiler, or Maven fails
 */
export async function startKafkaStreams(
  home: Home,
  profile: Profile,
  options: PeerOptions,
): Promise<Service> {
  const libraries = await installExtra(home, 'kafka-streams', KAFKA_STREAMS, (line) =>
    process.stderr.write(`${line}\n`),
  )
  const folder = join(home.folder, 'kafka-streams')
  const classes = join(folder, 'classes')
  const temporary = join(folder, 'tmp')
  mkdirSync(temporary, { recursive: true })
  compile(classes, libraries)
  return Service.start({
    name: 'Kafka Streams peer',
    command: javaCommand(),
    args: [
      '-Xms1g',
      '-Xmx1g',
      // Throughput over pauses: about a tenth less CPU time here than with G1, the default.
      '-XX:+UseParallelGC',
      // RocksDB unpacks its native library here: inside the home, so that it is removed with the home.
      `-Djava.io.tmpdir=${temporary}`,
      '-cp',
      `${classes}:${join(libraries, '*')}`,
      CLASS,
      profile.bootstrapServers.join(','),
      options.applicationId,
      options.input,
      options.output,
      options.duplicates,
      join(folder, 'state'),
    ],
    cwd: folder,
    logFile: join(home.logs, 'kafka-streams.log'),
  })
}

function compile(classes: string, libraries: string): void {
  mkdirSync(classes, { recursive: true })
  const javac = javaCommand().replace(/java$/, 'javac')
  const run = spawnSync(javac, ['-Xlint:all', '-d', classes, '-cp', join(libraries, '*'), SOURCE], {
    encoding: 'utf8',
  })
  if (run.error) {
    throw new LocalRuntimeError(
      'HOST_LACKS',
      `the Kafka Streams peer needs a Java compiler, and there is no working '${javac}' (${run.error.message}): ` +
        `this is a Java runtime only; install a JDK, for example: sudo apt-get install openjdk-17-jdk-headless`,
    )
  }
  if (run.status !== 0) throw new Error(`javac could not compile ${SOURCE}:\n${run.stderr}`)
}
