import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { basename, delimiter, isAbsolute, join } from 'node:path'
import { TerraformError } from '../errors.ts'

/** Either does; the first that is there is taken. */
const PROGRAMS = ['terraform', 'tofu']

/** A terminal's Ctrl-C may reach us twice, from the terminal and from the launcher: two this close are one. */
const SAME_KEYPRESS_MS = 300

/**
 * The program to use: the one that TERRAFORM_BINARY_NAME names, as with cdktf, else terraform or tofu.
 * @throws TerraformError where there is none
 */
export function findTerraform(env: NodeJS.ProcessEnv): string {
  const named = env.TERRAFORM_BINARY_NAME?.trim()
  for (const program of named ? [named] : PROGRAMS) {
    const found = isAbsolute(program) ? [program] : pathFolders(env).map((folder) => join(folder, program))
    const file = found.find(isExecutable)
    if (file !== undefined) return file
  }
  throw new TerraformError(
    named
      ? `TERRAFORM_BINARY_NAME is '${named}', and there is no such program: unset it, or name terraform or tofu`
      : 'neither terraform nor tofu is installed: https://developer.hashicorp.com/terraform/install or https://opentofu.org/docs/intro/install',
  )
}

function pathFolders(env: NodeJS.ProcessEnv): string[] {
  return (env.PATH ?? '').split(delimiter).filter(Boolean)
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

export interface Run {
  readonly code: number
  /** What it wrote to standard output, where that was kept. */
  readonly output: string
  /** What it wrote to standard error, where that was kept. */
  readonly errors: string
}

/** Where Terraform's output goes. */
export type Show = 'shown' | 'kept' | 'shown-and-kept'

/** Terraform in one folder. A signal to us is passed on to it once, and we wait until it has put its state in order. */
export class Terraform {
  readonly #program: string
  readonly #folder: string

  /** The command line for a person who wants to run Terraform on this stage, without its verb. */
  get command(): string {
    return `${basename(this.#program)} -chdir=${shellQuoted(this.#folder)}`
  }

  constructor(program: string, folder: string) {
    this.#program = program
    this.#folder = folder
  }

  /**
   * Runs Terraform, streaming its output, capturing it, or both. Always non-interactive: the caller asks for
   * confirmation.
   * @param env variables besides those of this process
   */
  async run(args: readonly string[], show: Show, env: NodeJS.ProcessEnv = {}): Promise<Run> {
    // In a process group of its own, so that a terminal's Ctrl-C comes to it from us, once: two make it drop its work.
    const [command = '', ...rest] = args
    const child = spawn(this.#program, [command, ...(show === 'kept' ? [] : colours()), ...rest], {
      cwd: this.#folder,
      // Terraform stops half-way when its standard output is closed, as by `| head`: its output goes through us.
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      // CHECKPOINT_DISABLE: otherwise each run reports its version to Terraform's maker and asks for newer ones.
      env: { ...process.env, ...env, TF_IN_AUTOMATION: '1', TF_INPUT: '0', CHECKPOINT_DISABLE: '1' },
    })
    const kept = { output: '', errors: '' }
    child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      if (show !== 'kept') process.stdout.write(text)
      if (show !== 'shown') kept.output += text
    })
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      if (show !== 'kept') process.stderr.write(text)
      if (show !== 'shown') kept.errors += text
    })
    const stopPassing = passSignals((signal) => child.kill(signal))
    try {
      const code = await new Promise<number>((resolve, reject) => {
        child.once('error', (error) =>
          reject(new TerraformError(`${this.#program} does not run: ${error.message}`, { cause: error })),
        )
        child.once('close', (exit) => resolve(exit ?? 1))
      })
      return { code, ...kept }
    } finally {
      stopPassing()
    }
  }

  /** @throws TerraformError where it fails, with what it said where that was kept */
  async succeed(args: readonly string[], show: Show, env: NodeJS.ProcessEnv = {}): Promise<Run> {
    const run = await this.run(args, show, env)
    if (run.code === 0) return run
    const said = show === 'kept' ? (run.errors || run.output).trim() : ''
    throw new TerraformError(
      `${this.#program} ${args[0]} failed with ${run.code}${said ? `:\n${said}` : ' (its own words are above)'}`,
    )
  }
}

/** Terraform colours whatever it writes to, unless told. */
function colours(): string[] {
  return process.stdout.isTTY && !process.env.NO_COLOR ? [] : ['-no-color']
}

/** Terraform stops in order on an interrupt, whatever we were sent; only a second one makes it stop at once. */
function passSignals(kill: (signal: NodeJS.Signals) => void): () => void {
  let last = 0
  const interrupt = () => {
    const now = Date.now()
    if (now - last > SAME_KEYPRESS_MS) kill('SIGINT')
    last = now
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, interrupt)
  // The launcher, and whoever killed it.
  process.once('disconnect', interrupt)
  return () => {
    for (const signal of signals) process.off(signal, interrupt)
    process.off('disconnect', interrupt)
  }
}

/** One argument of a POSIX shell, whatever it holds. */
export function shellQuoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
