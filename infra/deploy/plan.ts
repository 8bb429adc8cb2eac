import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { TerraformError } from '../errors.ts'
import type { Change } from './missing-resources.ts'
import type { Run, Terraform } from './terraform.ts'

/** The exit codes of -detailed-exitcode. */
const NO_CHANGES = 0
const CHANGES = 2

/** A resource that a plan deletes: its type without the provider's prefix, and its name in the stack. */
export interface Loss {
  readonly type: string
  readonly name: string
}

/** A plan in its own file, which may contain secrets: only its owner can read it, and `discard` removes it. */
export class Plan {
  hasChanges = false
  readonly #terraform: Terraform
  readonly #folder: string
  #changes: readonly Change[] | undefined

  constructor(terraform: Terraform, folder: string) {
    this.#terraform = terraform
    this.#folder = folder
  }

  get #file(): string {
    return join(this.#folder, 'plan')
  }

  async make(options: readonly string[], show: 'shown' | 'kept' = 'shown'): Promise<void> {
    const { code } = await this.#terraform.run(
      ['plan', '-input=false', '-detailed-exitcode', `-out=${this.#file}`, ...options],
      show,
    )
    if (code !== NO_CHANGES && code !== CHANGES)
      throw new TerraformError(`no plan was made: Terraform ended with ${code} (its output is above)`)
    this.hasChanges = code === CHANGES
  }

  /** What the plan does to each managed resource; unchanged ones are included, with the action `no-op`. */
  async changes(): Promise<readonly Change[]> {
    this.#changes ??= (await this.#read()).resource_changes
      .filter(({ mode }) => mode !== 'data')
      .map(({ address, type, name, change }) => ({ address, type, name, actions: change.actions }))
    return this.#changes
  }

  /** The addresses that the refresh found deleted outside of Terraform. */
  async deletedOutside(): Promise<string[]> {
    return (await this.#read()).resource_drift
      .filter(({ change }) => change.actions.includes('delete'))
      .map(({ address }) => address)
  }

  /** The resources that the plan would delete. */
  async losses(): Promise<Loss[]> {
    return (await this.changes())
      .filter(({ actions }) => actions.includes('delete'))
      .map(({ type, name }) => ({ type: type.replace(/^confluent_/, ''), name }))
  }

  /** Applies exactly the changes that were shown. It may fail half-way: see the exit code. */
  async apply(): Promise<Run> {
    return this.#terraform.run(['apply', '-input=false', this.#file], 'shown-and-kept')
  }

  discard(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  async #read(): Promise<{ resource_changes: PlannedChange[]; resource_drift: PlannedChange[] }> {
    const { output } = await this.#terraform.succeed(['show', '-json', this.#file], 'kept')
    return { resource_changes: [], resource_drift: [], ...JSON.parse(output) }
  }
}

interface PlannedChange {
  readonly address: string
  readonly mode?: string
  readonly type: string
  readonly name: string
  readonly change: { readonly actions: readonly string[] }
}
