import { spawn } from 'node:child_process'
import { AlertError, type AlertSink } from './alert.ts'

export interface CommandOptions {
  /** The program: a path, or a name to look up in PATH. */
  readonly file: string
  readonly args: readonly string[]
  /** Time in ms after which the command and its child processes are killed. */
  readonly timeLimitMs: number
}

/** Characters of standard error in the message of a failure: the last ones. */
const STDERR_CHARACTERS = 200
/** Time to wait for standard error to close after the command has exited. */
const STDERR_CLOSE_MS = 200

/**
 * Runs a command for each alert, without a shell and with the alert as JSON on standard input: text that an attacker chose
 * is never an argument. A failed command is not retried, because it may already have acted.
 */
export function command({ file, args, timeLimitMs }: CommandOptions): AlertSink {
  return {
    name: `command ${file}`,
    deliver: (report) =>
      new Promise((resolve, reject) => {
        // A process group of its own: Ctrl-C does not reach it, and it can be killed with its children.
        const child = spawn(file, args, { stdio: ['pipe', 'ignore', 'pipe'], detached: true })
        let stderr = ''
        const fail = (reason: string) => {
          const last = stderr.trim()
          reject(new AlertError('COMMAND_FAILED', `${file} ${reason}${last === '' ? '' : `: ${last}`}`))
        }
        const timer = setTimeout(() => {
          if (child.pid !== undefined) killAll(child.pid)
          fail(`was killed after ${timeLimitMs / 1000} s`)
        }, timeLimitMs)
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          stderr = (stderr + text).slice(-STDERR_CHARACTERS)
        })
        // EPIPE: the command need not read its input.
        child.stdin.on('error', () => undefined)
        child.stdin.end(`${JSON.stringify(report)}\n`)
        child.once('error', (error) => {
          clearTimeout(timer)
          fail(`cannot be started (${error.message})`)
        })
        child.once('exit', (code, signal) => {
          clearTimeout(timer)
          const end = () => {
            child.stderr.destroy()
            if (code === 0) resolve()
            else fail(code === null ? `ended with ${signal}` : `ended with exit code ${code}`)
          }
          // A background child may keep standard error open forever, so wait only briefly for the rest of the output.
          child.stderr.once('close', end)
          setTimeout(end, STDERR_CLOSE_MS)
        })
      }),
  }
}

function killAll(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The process group has already ended.
  }
}
