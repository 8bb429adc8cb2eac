import { spawn } from 'node:child_process'
import { AlertError, type AlertSink } from './alert.ts'

export interface CommandOptions {
  /** The program: a path, or a name that is looked up in PATH. */
  readonly file: string
  readonly args: readonly string[]
  /** After which time it is killed, with what it has started, in ms. */
  readonly timeLimitMs: number
}

/** How much of what it says on standard error is told where it fails. */
const SAID_CHARACTERS = 200
/** How long they are waited for once it has ended. */
const LAST_WORDS_MS = 200

/**
 * Starts a command for each alert, without a shell, the attack's JSON on its standard input: what an attacker chose to be
 * called is never an argument. It is not started again where it fails: what it has done by then, nobody knows.
 */
export function command({ file, args, timeLimitMs }: CommandOptions): AlertSink {
  return {
    deliver: (report) =>
      new Promise((resolve, reject) => {
        // A group of its own: Ctrl-C is ours to hear, and what it has started ends with it.
        const child = spawn(file, args, { stdio: ['pipe', 'ignore', 'pipe'], detached: true })
        let said = ''
        const fail = (reason: string) => {
          const last = said.trim()
          reject(new AlertError('COMMAND_FAILED', `${file} ${reason}${last === '' ? '' : `: ${last}`}`))
        }
        const timer = setTimeout(() => {
          if (child.pid !== undefined) killAll(child.pid)
          fail(`was killed after ${timeLimitMs / 1000} s`)
        }, timeLimitMs)
        child.stderr.setEncoding('utf8').on('data', (text: string) => {
          said = (said + text).slice(-SAID_CHARACTERS)
        })
        // A command that does not want to know closes its end.
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
          // What it left running may hold standard error open for good; its own last words are there by then.
          child.stderr.once('close', end)
          setTimeout(end, LAST_WORDS_MS)
        })
      }),
  }
}

function killAll(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // It has just ended by itself.
  }
}
