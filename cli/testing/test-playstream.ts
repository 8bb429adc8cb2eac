import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { type Home, ROOT } from '../../local/home.ts'

/** A running `playstream` command, started as from a user's shell, with text logs. */
export class Playstream {
  readonly process: ChildProcess
  readonly lines: string[] = []
  readonly #ended: Promise<number | string>
  readonly #onLine = new Set<() => void>()

  /** @param output where standard output goes: to `lines`, or to an open file */
  constructor(
    home: Home,
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
    output: 'pipe' | number = 'pipe',
  ) {
    this.process = spawn(
      join(ROOT, 'node_modules', '.bin', 'node'),
      [join(ROOT, 'cli', 'main.ts'), ...args],
      {
        env: { ...process.env, PLAYSTREAM_HOME: home.folder, PLAYSTREAM_LOG_FORMAT: 'text', ...env },
        stdio: ['ignore', output, 'pipe'],
      },
    )
    this.#ended = new Promise((resolve) => {
      this.process.once('close', (code, signal) => resolve(code ?? signal ?? 'unknown'))
    })
    for (const stream of [this.process.stdout, this.process.stderr]) {
      if (!stream) continue
      createInterface({ input: stream }).on('line', (line) => {
        this.lines.push(line)
        for (const notify of this.#onLine) notify()
      })
    }
  }

  /** The exit code, or the signal that ended it. */
  get ended(): Promise<number | string> {
    return this.#ended
  }

  /** Everything that it has written to both streams. */
  get output(): string {
    return this.lines.join('\n')
  }

  /** The first JSON object that it has printed. */
  json<T>(): T {
    const line = this.lines.find((candidate) => candidate.startsWith('{'))
    if (line === undefined) throw new Error(`it printed no JSON:\n${this.output}`)
    return JSON.parse(line) as T
  }

  /** Waits for a line that matches. @throws when the command ends without such a line */
  async says(pattern: RegExp): Promise<string> {
    const said = new Promise<string>((resolve) => {
      const look = () => {
        const line = this.lines.find((candidate) => pattern.test(candidate))
        if (line !== undefined) {
          this.#onLine.delete(look)
          resolve(line)
        }
      }
      this.#onLine.add(look)
      look()
    })
    const ended = this.#ended.then((how) => {
      throw new Error(`it ended with ${how} without a line that matches ${pattern}:\n${this.output}`)
    })
    return await Promise.race([said, ended])
  }
}

/** Runs a command until it ends. */
export async function playstream(
  home: Home,
  ...args: readonly string[]
): Promise<{ code: number | string; output: string }> {
  const run = new Playstream(home, args)
  const code = await run.ended
  return { code, output: run.output }
}
