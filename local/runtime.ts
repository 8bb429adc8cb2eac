import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { makePrivateFolder, PRIVATE_FILE } from '../kafka/private-files.ts'
import type { LocalProfileFile } from '../kafka/profile/local-profile.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { LocalRuntimeError } from './errors.ts'
import type { Home } from './home.ts'
import { install } from './install/install.ts'
import { Lock } from './process/lock.ts'
import { flinkPortsFrom, portsFrom, requireFree } from './process/ports.ts'
import { end, identify, type ProcessIdentity } from './process/process-identity.ts'
import { Service, STOP_GRACE_S } from './process/service.ts'
import { protectHome } from './protect-home.ts'
import { brokerCommand } from './services/broker.ts'
import { flinkAnswers, flinkCommand, installFlink, sqlGatewayUrl } from './services/flink.ts'
import { coordinatorsAnswer, registryAnswers, untilHealthy } from './services/health.ts'
import { profileOf } from './services/profile-of.ts'
import { recover, wasKilled } from './services/recovery.ts'
import { registryCommand, setDefaultCompatibilityOnce } from './services/registry.ts'

/** The process that runs a home's runtime and holds its lock, and the process's children. */
export interface ProcessesFile {
  readonly owner: ProcessIdentity
  readonly portBase: number
  readonly services: Readonly<Record<string, ProcessIdentity>>
}

export interface StartOptions {
  readonly portBase: number
  /** Whether to run Apache Flink, too. */
  readonly flink?: boolean
  readonly progress: (line: string) => void
  readonly signal?: AbortSignal
}

/** The broker, the registry and, on request, Flink, run by this process. */
export class Runtime {
  readonly profile: Profile
  readonly services: readonly Service[]
  /** Fulfilled with a report when a service ends by itself; stays pending after `stop`. */
  readonly crashed: Promise<string>
  readonly #home: Home
  readonly #lock: Lock
  #stopping: Promise<void> | undefined

  private constructor(home: Home, lock: Lock, profile: Profile, services: readonly Service[]) {
    this.profile = profile
    this.services = services
    this.#home = home
    this.#lock = lock
    this.crashed = new Promise((resolve) => {
      for (const service of services) {
        void service.ended.then(async () => {
          if (!this.#stopping) resolve(await service.report())
        })
      }
    })
  }

  /**
   * Ends services that a killed runtime left, starts the services on the home's data, and returns when all answer. If it
   * throws, no service is left running.
   * @throws LocalRuntimeError, with the code BUSY if another process runs this home's runtime
   */
  static async start(home: Home, options: StartOptions): Promise<Runtime> {
    protectHome(home)
    const lock = Lock.tryAcquire(home.lock)
    if (!lock) throw new LocalRuntimeError('BUSY', `another process runs the runtime in ${home.folder}`)
    const services: Service[] = []
    try {
      await endLeftovers(home)
      writeProcesses(home, options.portBase, services)
      await install(home, options.progress, options.signal)
      if (options.flink) await installFlink(home, options.progress, options.signal)
      await requireFree(options.portBase, options.flink)
      makePrivateFolder(home.data)
      const ports = portsFrom(options.portBase)
      const flink = options.flink ? flinkPortsFrom(options.portBase) : undefined
      options.progress(
        `starting Apache Kafka on port ${ports.broker} and the schema registry on port ${ports.registry}${
          flink ? `, and Apache Flink on port ${flink.sqlGateway}` : ''
        } ...`,
      )
      if (wasKilled(home)) await recoverBroker(home, options, services)
      const commands = [brokerCommand(home, ports), registryCommand(home, ports)]
      for (const command of flink ? [...commands, flinkCommand(home, flink)] : commands) {
        stopIfAborted(options.signal)
        services.push(await Service.start(command))
        writeProcesses(home, options.portBase, services)
      }
      const profile = profileOf(ports)
      const others: Check[] = flink ? [['Apache Flink', () => flinkAnswers(flink)]] : []
      await healthy(services, profile, others, options.signal)
      await setDefaultCompatibilityOnce(home, ports)
      writeAtomically(home.profile, {
        bootstrapServers: profile.bootstrapServers,
        registryUrl: profile.registry.url,
        ...(flink ? { flinkSqlUrl: sqlGatewayUrl(flink) } : {}),
      } satisfies LocalProfileFile)
      return new Runtime(home, lock, profile, services)
    } catch (error) {
      await stopAll(home, services)
      lock.release()
      throw error
    }
  }

  /** Stops the services and releases the home. A second call waits for the first. */
  stop(): Promise<void> {
    this.#stopping ??= stopAll(this.#home, this.services).finally(() => this.#lock.release())
    return this.#stopping
  }
}

async function recoverBroker(home: Home, options: StartOptions, services: Service[]): Promise<void> {
  options.progress('the broker was killed; looking for transactions that it left open ...')
  try {
    const mended = await recover(
      home,
      (service) => {
        services.push(service)
        writeProcesses(home, options.portBase, services)
      },
      options.signal,
    )
    if (mended > 0) options.progress(`ended the broker's open transactions in ${mended} partitions`)
  } catch (error) {
    stopIfAborted(options.signal)
    // Without recovery, everything except those partitions works, so start anyway.
    options.progress(`could not look for open transactions: ${(error as Error).message}`)
  }
  services.length = 0
}

/** The file that a runtime's process wrote; undefined if it is missing or unreadable. */
export function readProcesses(home: Home): ProcessesFile | undefined {
  try {
    return JSON.parse(readFileSync(home.processes, 'utf8')) as ProcessesFile
  } catch {
    return undefined
  }
}

/** Ends services that a killed runtime left. Only the holder of the lock may call it. */
export async function endLeftovers(home: Home): Promise<void> {
  rmSync(home.profile, { force: true })
  const left = Object.values(readProcesses(home)?.services ?? {})
  await Promise.all(left.map((service) => end(service, STOP_GRACE_S * 1000)))
  rmSync(home.processes, { force: true })
}

async function stopAll(home: Home, services: readonly Service[]): Promise<void> {
  rmSync(home.profile, { force: true })
  await Promise.all(services.map((service) => service.stop()))
  rmSync(home.processes, { force: true })
}

function writeProcesses(home: Home, portBase: number, services: readonly Service[]): void {
  const owner = identify(process.pid)
  if (!owner) throw new Error('this process has no identity')
  const byName = Object.fromEntries(services.map((service) => [service.name, service.process]))
  writeAtomically(home.processes, { owner, portBase, services: byName } satisfies ProcessesFile)
}

function writeAtomically(file: string, content: unknown): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(content, null, 2)}\n`, { mode: PRIVATE_FILE })
  renameSync(`${file}.new`, file)
}

/** A service to wait for, and whether it answers. */
type Check = readonly [name: string, answers: () => Promise<boolean>]

async function healthy(
  services: readonly Service[],
  profile: Profile,
  others: readonly Check[],
  signal: AbortSignal | undefined,
): Promise<void> {
  const asked = new AbortController()
  const ended = services.map(async (service) => {
    await service.ended
    throw new LocalRuntimeError('SERVICE_ENDED', await service.report())
  })
  const stopped = new Promise<never>((_, reject) => {
    const stop = () => reject(new LocalRuntimeError('STOPPED', 'stopped while starting'))
    if (signal?.aborted) stop()
    signal?.addEventListener('abort', stop, { once: true, signal: asked.signal })
  })
  const checks: Check[] = [
    ['Apache Kafka', () => coordinatorsAnswer(profile)],
    ['the schema registry', () => registryAnswers(profile)],
    ...others,
  ]
  const answers = Promise.all(checks.map(([name, check]) => untilHealthy(name, check, asked.signal)))
  try {
    await Promise.race([answers, stopped, ...ended])
  } finally {
    asked.abort()
  }
}

function stopIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new LocalRuntimeError('STOPPED', 'stopped while starting')
}
