import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Account } from '../catalog/applications.ts'
import { SettingsError, TerraformError } from './errors.ts'
import type { Settings } from './settings.ts'
import { synthesize } from './synthesize.ts'
import { findTerraform, Terraform } from './terraform.ts'

/** What Terraform's -detailed-exitcode says. */
const NO_CHANGES = 0
const CHANGES = 2

/** Something that a plan takes away: its type without the provider's prefix, and its name in the stack. */
export interface Loss {
  readonly type: string
  readonly name: string
}

/**
 * Makes sure that there is a key for Confluent Cloud, before anything runs.
 * @throws SettingsError that names what is missing
 */
export function requireCloudKey(env: NodeJS.ProcessEnv): void {
  const missing = ['CONFLUENT_CLOUD_API_KEY', 'CONFLUENT_CLOUD_API_SECRET'].filter(
    (name) => !env[name]?.trim(),
  )
  if (missing.length === 0) return
  throw new SettingsError(
    `${missing.join(' and ')} ${missing.length > 1 ? 'are' : 'is'} not set: a cloud API key makes all of this (docs/operations.md)`,
  )
}

/** One stage, as Terraform deploys it. */
export class Deployment {
  readonly #terraform: Terraform

  private constructor(terraform: Terraform) {
    this.#terraform = terraform
  }

  /**
   * Synthesizes the stack and readies Terraform for it.
   * @throws CatalogError, TerraformError
   */
  static async prepare(settings: Settings, env: NodeJS.ProcessEnv = process.env): Promise<Deployment> {
    const program = findTerraform(env)
    const { folder } = synthesize(settings)
    // Whatever it writes here, its state above all, may hold secrets.
    process.umask(0o077)
    const terraform = new Terraform(program, folder)
    await terraform.succeed(['init', '-input=false', '-no-color'], 'kept')
    return new Deployment(terraform)
  }

  /**
   * Shows what would change, and keeps it for `apply`. Whoever gets a plan discards it.
   * @param options destroy: of everything there is. renew: of these accounts' keys, anew.
   * @throws TerraformError
   */
  async plan(
    options: { readonly destroy?: boolean; readonly renew?: readonly Account[] } = {},
  ): Promise<Plan> {
    const folder = mkdtempSync(join(tmpdir(), 'playstream-plan-'))
    const plan = new Plan(this.#terraform, folder)
    try {
      const renewed = await this.#keysOf(options.renew ?? [])
      await plan.make([
        ...(options.destroy ? ['-destroy'] : []),
        ...renewed.map((address) => `-replace=${address}`),
      ])
      return plan
    } catch (error) {
      plan.discard()
      throw error
    }
  }

  /** What the deployment tells of itself: Terraform's outputs by name, secrets in the clear. */
  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    const { output } = await this.#terraform.succeed(['output', '-json'], 'kept')
    const found = JSON.parse(output) as Record<string, { value: unknown }>
    return Object.fromEntries(Object.entries(found).map(([name, { value }]) => [name, value]))
  }

  async #keysOf(accounts: readonly Account[]): Promise<string[]> {
    if (accounts.length === 0) return []
    const { output } = await this.#terraform.succeed(['state', 'list'], 'kept')
    return accounts.flatMap((account) => {
      const keys = output.split('\n').filter((address) => address.startsWith(`confluent_api_key.${account}_`))
      if (keys.length === 0)
        throw new TerraformError(
          `nothing is deployed for the account '${account}', so it has no keys to renew`,
        )
      return keys
    })
  }
}

/** A plan in a file of its own, which may hold secrets: only its owner can read it, and `discard` removes it. */
export class Plan {
  hasChanges = false
  readonly #terraform: Terraform
  readonly #folder: string

  constructor(terraform: Terraform, folder: string) {
    this.#terraform = terraform
    this.#folder = folder
  }

  get #file(): string {
    return join(this.#folder, 'plan')
  }

  async make(options: readonly string[]): Promise<void> {
    const { code } = await this.#terraform.run(
      ['plan', '-input=false', '-detailed-exitcode', `-out=${this.#file}`, ...options],
      'shown',
    )
    if (code !== NO_CHANGES && code !== CHANGES)
      throw new TerraformError(`there is no plan: Terraform ended with ${code} (its own words are above)`)
    this.hasChanges = code === CHANGES
  }

  /** What it would take away. */
  async losses(): Promise<Loss[]> {
    const { output } = await this.#terraform.succeed(['show', '-json', this.#file], 'kept')
    const { resource_changes: changes = [] } = JSON.parse(output) as {
      resource_changes?: { type: string; name: string; change: { actions: string[] } }[]
    }
    return changes
      .filter(({ change }) => change.actions.includes('delete'))
      .map(({ type, name }) => ({ type: type.replace(/^confluent_/, ''), name }))
  }

  /**
   * Makes exactly the changes that were shown.
   * @throws TerraformError
   */
  async apply(): Promise<void> {
    await this.#terraform.succeed(['apply', '-input=false', this.#file], 'shown')
  }

  discard(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
