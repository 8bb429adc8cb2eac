import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, renameSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { LocalRuntimeError } from '../errors.ts'
import { ROOT } from '../home.ts'
import { makePrivateFolder, PRIVATE_FILE } from '../private-files.ts'
import { identify, type ProcessIdentity } from './process-identity.ts'

/** How long a service may take to stop by itself, in seconds, before it is killed. */
export const STOP_GRACE_S = 15

/** How many of its last log lines a report of a crash quotes. */
const TAIL_LINES = 15

export interface ServiceCommand {
  readonly name: string
  readonly command: string
  readonly args: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd: string
  readonly logFile: string
  /** Called when the process has ended, with how, before anyone else hears of it. */
  readonly onEnd?: (how: string) => void
}

/** One child process of the runtime, which stops when this process does, however this process ends. */
export class Service {
  readonly name: string
  readonly logFile: string
  readonly process: ProcessIdentity
  /** Fulfilled when the process has ended, with how: `code 1`, `signal SIGKILL`. Never rejected. */
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

  /** Starts the command and returns when its process exists; whether it is healthy is for others to ask. */
  static async start(command: ServiceCommand): Promise<Service> {
    const log = openLog(command.logFile)
    const guard = spawn(
      'sh',
      [join(ROOT, 'local', 'process', 'guard.sh'), String(STOP_GRACE_S), command.command, ...command.args],
      // A process group of its own: Ctrl-C in the terminal is for us, who then stop the services in order.
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

  /** What to say of a service that ended by itself: how, and the end of its log. */
  async report(): Promise<string> {
    return crashReport(this.name, await this.ended, this.logFile)
  }

  /** Asks the process to stop, kills it after the grace, and returns when it is gone. */
  async stop(): Promise<void> {
    this.#guard.stdin?.end()
    await this.ended
  }
}

/** The log starts anew with each start of the service; the one before it is kept as `.1`. */
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
  // A shell reports a command that a signal ended as 128 + the signal's number.
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
