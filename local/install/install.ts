import { spawn } from 'node:child_process'
import { constants, cpSync, existsSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { createInterface } from 'node:readline'
import { isAlive } from '../../kafka/is-alive.ts'
import { makePrivateFolder } from '../../kafka/private-files.ts'
import { LocalRuntimeError } from '../errors.ts'
import { DEFAULT_HOME, type Home } from '../home.ts'
import { protect } from '../protect-home.ts'
import { ARTIFACTS, type Artifact, artifactFolder, folderOf } from './artifacts.mjs'
import { requirePinned } from './digests.ts'
import { missingJava, missingMaven, missingMessage } from './host.mjs'

/** 3.9 is the first version that can fetch the registry's archive, whose parent POM is not published. */
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.9.0'

/**
 * Installs the runtime's missing services. Maven keeps its downloads, so an interrupted installation resumes. A service gets
 * its final name only when it is complete and every file has the digest pinned in local/install/digests.json.
 * @throws LocalRuntimeError if the host lacks Java or Maven, or Maven fails (with its reason)
 */
export async function install(
  home: Home,
  progress: (line: string) => void,
  signal?: AbortSignal,
): Promise<void> {
  const services = Object.keys(ARTIFACTS) as (keyof typeof ARTIFACTS)[]
  const absent = services.filter((service) => !existsSync(artifactFolder(home.folder, service)))
  const unfetched = absent.filter((service) => !existsSync(artifactFolder(DEFAULT_HOME, service)))
  const missing = [...missingJava(), ...(unfetched.length > 0 ? missingMaven() : [])]
  if (missing.length > 0) throw new LocalRuntimeError('HOST_LACKS', missingMessage(missing))
  for (const service of absent) {
    await installOne(ARTIFACTS[service], artifactFolder(home.folder, service), progress, signal)
  }
}

/**
 * Installs an optional artifact if it is missing, and returns its folder.
 * @throws LocalRuntimeError as `install` does
 */
export async function installExtra(
  home: Home,
  id: string,
  artifact: Artifact,
  progress: (line: string) => void,
  signal?: AbortSignal,
): Promise<string> {
  const folder = folderOf(home.folder, id, artifact)
  if (existsSync(folder)) return folder
  const isFetched = existsSync(folderOf(DEFAULT_HOME, id, artifact))
  const missing = [...missingJava(), ...(isFetched ? [] : missingMaven())]
  if (missing.length > 0) throw new LocalRuntimeError('HOST_LACKS', missingMessage(missing))
  await installOne(artifact, folder, progress, signal)
  return folder
}

async function installOne(
  artifact: Artifact,
  target: string,
  progress: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  const title = `${artifact.name} ${artifact.version}`
  removeLeftovers(target)
  const partial = `${target}.partial-${process.pid}`
  try {
    let files = copyOfDefault(artifact, target, partial)
    if (files) progress(`${title}: copied from ${DEFAULT_HOME}`)
    else {
      progress(`fetching ${title} with Maven (once, ${artifact.size}) ...`)
      files = await fetchArtifact(artifact, partial, progress, signal)
      requirePinned(artifact, files)
    }
    protect(files)
    renameSync(files, target)
    progress(`${title} is installed`)
  } finally {
    rmSync(partial, { recursive: true, force: true })
  }
}

/**
 * A copy of the artifact in the repository's own home, so that another home does not have to fetch it. Undefined if that home
 * lacks the artifact, or its files differ from the pinned ones.
 */
function copyOfDefault(artifact: Artifact, target: string, partial: string): string | undefined {
  const source = join(DEFAULT_HOME, 'runtime', basename(target))
  const files = join(partial, 'copied')
  if (source === target || !existsSync(source)) return undefined
  try {
    cpSync(source, files, { recursive: true, mode: constants.COPYFILE_FICLONE })
    requirePinned(artifact, files)
    return files
  } catch {
    return undefined
  }
}

/**
 * Fetches an artifact with Maven into a folder without checking digests, and returns the folder of its files.
 * @throws LocalRuntimeError if Maven fails, with its reason
 */
export async function fetchArtifact(
  artifact: Artifact,
  folder: string,
  progress: (line: string) => void,
  signal?: AbortSignal,
): Promise<string> {
  makePrivateFolder(folder)
  writeFileSync(join(folder, 'pom.xml'), pom(artifact))
  const output = join(folder, 'files')
  let files = 0
  let reported = Date.now()
  await maven(
    [...goals(artifact), `-DoutputDirectory=${output}`],
    folder,
    (line) => {
      if (!line.includes('Downloaded from')) return
      files += 1
      const last = /([^/ ]+) \(([^)]+)\)\s*$/.exec(line)
      if (Date.now() - reported < 1000 || !last) return
      reported = Date.now()
      progress(
        `fetching ${artifact.name} ${artifact.version}: ${files} files so far, last ${last[1]} (${last[2]})`,
      )
    },
    signal,
  )
  return output
}

/** Removes the folders of installations that were killed. */
function removeLeftovers(target: string): void {
  const parent = join(target, '..')
  makePrivateFolder(parent)
  for (const name of readdirSync(parent)) {
    const owner = /\.partial-(\d+)$/.exec(name)?.[1]
    if (owner && !isAlive(Number(owner))) rmSync(join(parent, name), { recursive: true, force: true })
  }
}

function goals(artifact: Artifact): string[] {
  return artifact.kind === 'dependencies'
    ? [`${PLUGIN}:copy-dependencies`, '-DincludeScope=runtime']
    : [`${PLUGIN}:unpack`, `-Dartifact=${artifact.coordinate}`, '-DmarkersDirectory=markers']
}

function pom(artifact: Artifact): string {
  const coordinates =
    artifact.kind === 'dependencies' ? [artifact.coordinate, ...(artifact.alongside ?? [])] : []
  const exclusions = (artifact.without ?? []).map((excluded) => {
    const [group, name] = excluded.split(':')
    return `<exclusion><groupId>${group}</groupId><artifactId>${name}</artifactId></exclusion>`
  })
  const dependencies = coordinates.map((coordinate) => {
    const [group, name, version] = coordinate.split(':')
    return `<dependency><groupId>${group}</groupId><artifactId>${name}</artifactId><version>${version}</version><exclusions>${exclusions.join('')}</exclusions></dependency>`
  })
  return `<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion>
  <groupId>playstream</groupId><artifactId>runtime</artifactId><version>1</version><packaging>pom</packaging>
  <dependencies>${dependencies.join('')}</dependencies>
</project>
`
}

async function maven(
  args: string[],
  cwd: string,
  onLine: (line: string) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  // Batch mode writes a line for each file; strict checksums refuse a file that was damaged in transit.
  const child = spawn('mvn', ['--batch-mode', '--strict-checksums', ...args], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal ? { signal } : {}),
  })
  const errors: string[] = []
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', resolve)
  })
  const read = async () => {
    for await (const line of createInterface({ input: child.stdout })) {
      if (line.includes('ERROR')) errors.push(line)
      onLine(line)
    }
  }
  child.stderr.resume()
  const [code] = await Promise.all([ended, read()]).catch((error: Error) => {
    if (signal?.aborted)
      throw new LocalRuntimeError('STOPPED', 'stopped while fetching; the next start resumes here')
    throw new LocalRuntimeError('INSTALL_FAILED', `cannot run mvn: ${error.message}`, { cause: error })
  })
  if (code !== 0) {
    const reason =
      errors[0]?.replace(/^.*?ERROR\S*\s*/, '').replace(/ -> \[Help.*$/, '') ?? `it ended with code ${code}`
    throw new LocalRuntimeError('INSTALL_FAILED', `Maven could not fetch the runtime: ${reason}`)
  }
}
