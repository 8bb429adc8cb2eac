import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { basename, delimiter, isAbsolute, join } from 'node:path'
import { TerraformError } from '../errors.ts'

/** Either program works; the first one found is used. */
const PROGRAMS = ['terraform', 'tofu']

/**
 * A terminal's Ctrl-C may arrive twice, from the terminal and from the launcher: two signals this close count as one.
 */
const SAME_KEYPRESS_MS = 300

/**
 * The program to use: the one in TERRAFORM_BINARY_NAME, as with cdktf, else terraform or tofu.
 * @throws TerraformError if there is none
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
  /** Captured standard output. */
  readonly output: string
  /** Captured standard error. */
  readonly errors: string
}

/** Where Terraform's output goes. */
export type Show = 'shown' | 'kept' | 'shown-and-kept'

/**
 * Terraform in one folder. A signal to this process is forwarded once, and awaited until Terraform has saved its state.
 */
export class Terraform {
  readonly #program: string
  readonly #folder: string

  /** The command line, without a verb, for a user who wants to run Terraform on this stage. */
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
   * @param env additional variables
   */
  async run(args: readonly string[], show: Show, env: NodeJS.ProcessEnv = {}): Promise<Run> {
    // In its own process group, so that it gets a terminal's Ctrl-C from us, and only once: a second one makes it
    // abort.
    const [command = '', ...rest] = args
    const child = spawn(this.#program, [command, ...(show === 'kept' ? [] : colours()), ...rest], {
      cwd: this.#folder,
      // Terraform aborts when its standard output is closed, as by `| head`: so its output goes through this process.
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
      // CHECKPOINT_DISABLE: otherwise each run reports its version to HashiCorp and asks for newer ones.
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

  /** @throws TerraformError if it fails, with its captured output */
  async succeed(args: readonly string[], show: Show, env: NodeJS.ProcessEnv = {}): Promise<Run> {
    const run = await this.run(args, show, env)
    if (run.code === 0) return run
    const said = show === 'kept' ? (run.errors || run.output).trim() : ''
    throw new TerraformError(
      `${this.#program} ${args[0]} failed with ${run.code}${said ? `:\n${said}` : ' (its output is above)'}`,
    )
  }
}

/** By default Terraform colours its output even if it is not a terminal. */
function colours(): string[] {
  return process.stdout.isTTY && !process.env.NO_COLOR ? [] : ['-no-color']
}

/** Terraform stops in good order on an interrupt, whichever signal we got; only a second one makes it stop at once. */
function passSignals(kill: (signal: NodeJS.Signals) => void): () => void {
  let last = 0
  const interrupt = () => {
    const now = Date.now()
    if (now - last > SAME_KEYPRESS_MS) kill('SIGINT')
    last = now
  }
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const
  for (const signal of signals) process.on(signal, interrupt)
  // The launcher, or whoever killed the launcher.
  process.once('disconnect', interrupt)
  return () => {
    for (const signal of signals) process.off(signal, interrupt)
    process.off('disconnect', interrupt)
  }
}

/** One argument of a POSIX shell, quoted where necessary. */
export function shellQuoted(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`
}
