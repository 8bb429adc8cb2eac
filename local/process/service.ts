import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { makePrivateFolder, PRIVATE_FILE } from '../../kafka/private-files.ts'
import { LocalRuntimeError } from '../errors.ts'
import { ROOT } from '../home.ts'
import { identify, type ProcessIdentity } from './process-identity.ts'

/** Seconds that a service has to stop before it is killed. */
export const STOP_GRACE_S = 15

/** Lines of the log in the report of a crash. */
const TAIL_LINES = 15

export interface ServiceCommand {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd: string
  readonly logFile: string
  /** Called with the way the process ended, before `ended` is fulfilled. */
  readonly onEnd?: (how: string) => void
}

/** A child process of the runtime. It stops when this process ends, however this process ends. */
export class Service {
  readonly name: string
  readonly logFile: string
  readonly process: ProcessIdentity
  /** Fulfilled with the way the process ended: `code 1`, `signal SIGKILL`. Never rejected. */
  readonly ended: Promise<string>
  readonly #guard: ChildProcess

  private constructor(
    command: ServiceCommand,
    guard: ChildProcess,
    process: ProcessIdentity,
    ended: Promise<string>,
  ) {
    this.name = command.name
    this.logFile = command.logFile
    this.process = process
    this.ended = ended
    this.#guard = guard
  }

  /** Starts the command and returns when its process exists, before it is healthy. */
  static async start(command: ServiceCommand): Promise<Service> {
    const log = openLog(command.logFile)
    const guard = spawn(
      'sh',
      [join(ROOT, 'local', 'process', 'guard.sh'), String(STOP_GRACE_S), command.command, ...command.args],
      // A process group of its own: Ctrl-C in the terminal reaches only this process, which stops the services in order.
      {
        cwd: command.cwd,
        env: { ...process.env, ...command.env },
        stdio: ['pipe', 'pipe', log],
        detached: true,
      },
    )
    closeSync(log)
    const ended = new Promise<string>((resolve) => {
      guard.once('error', (error) => resolve(error.message))
      guard.once('exit', (code, signal) => {
        guard.stdin?.destroy()
        const how = describeExit(code, signal)
        command.onEnd?.(how)
        resolve(how)
      })
    })
    guard.stdin?.on('error', () => undefined)
    const pid = await Promise.race([firstLine(guard), ended.then(() => undefined)])
    const identity = pid === undefined ? undefined : identify(Number(pid))
    if (identity === undefined) {
      throw new LocalRuntimeError('SERVICE_ENDED', crashReport(command.name, await ended, command.logFile))
    }
    return new Service(command, guard, identity, ended)
  }

  /** Describes how a service ended by itself, with the end of its log. */
  async report(): Promise<string> {
    return crashReport(this.name, await this.ended, this.logFile)
  }

  /** Asks the process to stop, kills it after the grace period, and returns when it is gone. */
  async stop(): Promise<void> {
    this.#guard.stdin?.end()
    await this.ended
  }
}

/** Starts a new log; the previous log is kept as `.1`. */
function openLog(file: string): number {
  makePrivateFolder(dirname(file))
  if (existsSync(file)) renameSync(file, `${file}.1`)
  return openSync(file, 'a', PRIVATE_FILE)
}

async function firstLine(child: ChildProcess): Promise<string | undefined> {
  if (!child.stdout) return undefined
  for await (const line of createInterface({ input: child.stdout })) return line
  return undefined
}

function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  if (signal) return `signal ${signal}`
  // A shell exits with 128 + the signal's number if a signal ended the command.
  if (code === 137) return 'signal SIGKILL'
  if (code === 143) return 'signal SIGTERM'
  return `code ${code}`
}

function crashReport(name: string, how: string, logFile: string): string {
  const tail = existsSync(logFile)
    ? readFileSync(logFile, 'utf8').trimEnd().split('\n').slice(-TAIL_LINES)
    : []
  return [`${name} ended with ${how}; the end of ${logFile}:`, ...tail.map((line) => `  ${line}`)].join('\n')
}
