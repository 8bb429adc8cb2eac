import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { becomesTrue } from '../kafka/becomes-true.ts'
import { makePrivateFolder, PRIVATE_FILE } from '../kafka/private-files.ts'
import { localProfile } from '../kafka/profile/local-profile.ts'
import type { Profile } from '../kafka/profile/profile.ts'
import { LocalRuntimeError } from './errors.ts'
import type { Home } from './home.ts'
import { isHeld, Lock } from './process/lock.ts'
import { flinkPortsFrom } from './process/ports.ts'
import { isAlive, signal } from './process/process-identity.ts'
import { protectHome } from './protect-home.ts'
import { endLeftovers, Runtime, readProcesses, type StartOptions } from './runtime.ts'
import { flinkAnswers, flinkUrl, sqlGatewayUrl } from './services/flink.ts'
import { brokerAnswers, registryAnswers } from './services/health.ts'

const POLL_MS = 100
/** More time than a service has to stop. */
const STOP_MS = 60_000

/** The state of a home's runtime. */
export interface Status {
  readonly state: 'running' | 'starting' | 'unhealthy' | 'stopped'
  readonly ownerPid?: number
  readonly broker?: { readonly address: string; readonly answers: boolean; readonly pid?: number }
  readonly registry?: { readonly url: string; readonly answers: boolean; readonly pid?: number }
  /** Flink's SQL gateway and page, if the runtime has Flink. */
  readonly flink?: {
    readonly url: string
    readonly page: string
    readonly answers: boolean
    readonly pid: number
  }
}

/** Asks the services whether they answer. */
export async function status(home: Home): Promise<Status> {
  const profile = readyProfile(home)
  const processes = readProcesses(home)
  if (!isHeld(home.lock) || !processes) return { state: 'stopped' }
  if (!profile) return { state: 'starting', ownerPid: processes.owner.pid }
  const ports = flinkPortsFrom(processes.portBase)
  const [brokerPid, registryPid, flinkPid] = Object.values(processes.services).map((service) => service.pid)
  const [broker, registry, flink] = await Promise.all([
    brokerAnswers(profile),
    registryAnswers(profile),
    flinkPid === undefined || flinkAnswers(ports),
  ])
  return {
    state: broker && registry && flink ? 'running' : 'unhealthy',
    ownerPid: processes.owner.pid,
    broker: {
      address: profile.bootstrapServers.join(','),
      answers: broker,
      ...(brokerPid ? { pid: brokerPid } : {}),
    },
    registry: { url: profile.registry.url, answers: registry, ...(registryPid ? { pid: registryPid } : {}) },
    ...(flinkPid
      ? { flink: { url: sqlGatewayUrl(ports), page: flinkUrl(ports), answers: flink, pid: flinkPid } }
      : {}),
  }
}

/** The home's runtime: this process's own, or another process's. */
export type Found =
  | { readonly own: Runtime; readonly profile: Profile }
  | { readonly own?: never; readonly profile: Profile }

/**
 * Starts the runtime; if another process runs or starts it, waits until that runtime is ready.
 * @throws LocalRuntimeError
 */
export async function startOrFind(home: Home, options: StartOptions): Promise<Found> {
  let waiting = false
  for (;;) {
    try {
      const own = await Runtime.start(home, options)
      return { own, profile: own.profile }
    } catch (error) {
      if (!(error instanceof LocalRuntimeError) || error.code !== 'BUSY') throw error
    }
    const profile = await ready(home, options.signal, () => {
      if (!waiting) options.progress('another process is starting the runtime; waiting for it ...')
      waiting = true
    })
    if (profile && options.flink && !(await status(home)).flink) {
      throw new LocalRuntimeError(
        'BUSY',
        'the running runtime has no Flink; restart it with: playstream down, then playstream up --flink',
      )
    }
    if (profile) return { profile }
  }
}

/** Waits for another process's runtime; undefined if that process stops it instead. */
async function ready(
  home: Home,
  stop: AbortSignal | undefined,
  onWait: () => void,
): Promise<Profile | undefined> {
  for (;;) {
    const { state } = await status(home)
    if (state === 'running') return readyProfile(home)
    if (state === 'stopped') return undefined
    if (stop?.aborted) throw new LocalRuntimeError('STOPPED', 'stopped while waiting for the runtime')
    onWait()
    await sleep(POLL_MS)
  }
}

/**
 * Starts the runtime in a detached process, and returns when the runtime is ready.
 * @throws LocalRuntimeError with the process's output if the process ends
 */
export async function startDetached(
  home: Home,
  command: { readonly script: string; readonly args: readonly string[] },
  stop: AbortSignal,
): Promise<Profile> {
  protectHome(home)
  makePrivateFolder(home.logs)
  const logFile = join(home.logs, 'up.log')
  const log = openSync(logFile, 'w', PRIVATE_FILE)
  const { npm_lifecycle_event: _, ...env } = process.env
  const child = spawn(process.execPath, [command.script, ...command.args], {
    detached: true,
    stdio: ['ignore', log, log],
    env: { ...env, PLAYSTREAM_HOME: home.folder },
  })
  closeSync(log)
  let ended = false
  child.once('exit', () => {
    ended = true
  })
  for (;;) {
    const { state } = await status(home)
    if (state === 'running') break
    if (ended) throw new LocalRuntimeError('NOT_HEALTHY', readFileSync(logFile, 'utf8').trim())
    if (stop.aborted) {
      child.kill('SIGTERM')
      throw new LocalRuntimeError('STOPPED', 'stopped while starting')
    }
    await sleep(POLL_MS)
  }
  child.unref()
  const profile = readyProfile(home)
  if (!profile) throw new LocalRuntimeError('NOT_HEALTHY', 'the runtime stopped as soon as it was ready')
  return profile
}

/**
 * Stops the runtime, whichever process runs it, and services that a killed runtime left. Returns whether anything ran.
 * @throws LocalRuntimeError if the process does not stop
 */
export async function stopRuntime(home: Home): Promise<boolean> {
  const free = Lock.tryAcquire(home.lock)
  if (free) {
    try {
      const left = Object.values(readProcesses(home)?.services ?? {}).some(isAlive)
      await endLeftovers(home)
      return left
    } finally {
      free.release()
    }
  }
  const owner = readProcesses(home)?.owner
  if (owner) signal(owner, 'SIGTERM')
  if (await becomesTrue(() => !isHeld(home.lock), { everyMs: POLL_MS, patienceMs: STOP_MS })) return true
  throw new LocalRuntimeError(
    'BUSY',
    `process ${owner?.pid ?? '?'} does not stop; end it with: kill -9 ${owner?.pid ?? 'PID'}`,
  )
}

/**
 * Stops the runtime and deletes its topics, schemas, offsets and logs, but not its downloads.
 * @throws LocalRuntimeError as stopRuntime does
 */
export async function reset(home: Home): Promise<void> {
  await stopRuntime(home)
  const lock = Lock.tryAcquire(home.lock)
  if (!lock)
    throw new LocalRuntimeError('BUSY', `another process has just started the runtime in ${home.folder}`)
  try {
    for (const folder of [home.data, home.logs]) rmSync(folder, { recursive: true, force: true })
  } finally {
    lock.release()
  }
}

function readyProfile(home: Home): Profile | undefined {
  return existsSync(home.profile) ? localProfile(home.profile) : undefined
}
