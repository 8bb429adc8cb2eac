import type { Account } from '../../catalog/applications.ts'
import { PROVISIONER } from '../../catalog/applications.ts'
import { PlanRefusedError, TerraformError } from '../errors.ts'
import type { Settings } from '../settings/settings.ts'
import { environmentAccess, requireAccess } from './environment-access.ts'
import { existingTopics, importVariables } from './existing-topics.ts'
import { forgetCommand } from './missing-resources.ts'
import { Plan } from './plan.ts'
import { checkPlan } from './plan-check.ts'
import { newPlanFolder } from './plan-folder.ts'
import { closeState } from './private-files.ts'
import { hasLostKey, keysToReplace } from './renewed-keys.ts'
import { stateAddresses, stateResources } from './state-resources.ts'
import { synthesize } from './synthesize.ts'
import { findTerraform, Terraform } from './terraform.ts'
import { completeThoughTainted } from './untaint.ts'

export { type Loss, Plan } from './plan.ts'

/**
 * Resources that stay in the registry when Terraform releases them: records written with an old version need that
 * version.
 */
const REGISTERED = ['confluent_schema', 'confluent_subject_config']

export interface PlanOptions {
  /** Plan to destroy everything. */
  readonly destroy?: boolean
  /** Plan new keys for these accounts. */
  readonly renew?: readonly Account[]
}

/** One stage, as Terraform deploys it. */
export class Deployment {
  readonly #terraform: Terraform
  readonly #settings: Settings

  private constructor(terraform: Terraform, settings: Settings) {
    this.#terraform = terraform
    this.#settings = settings
  }

  /**
   * Synthesizes the stack and initializes Terraform for it.
   * @throws CatalogError, TerraformError
   */
  static async prepare(settings: Settings, env: NodeJS.ProcessEnv = process.env): Promise<Deployment> {
    const program = findTerraform(env)
    const { folder } = synthesize(settings)
    // Everything that Terraform writes here may contain secrets, most of all its state.
    process.umask(0o077)
    closeState(settings)
    const terraform = new Terraform(program, folder)
    await terraform.succeed(['init', '-input=false', '-no-color'], 'kept')
    return new Deployment(terraform, settings)
  }

  /**
   * Requires that the cloud key sees the stage, as far as Confluent Cloud answers within a few seconds.
   * @throws PlanRefusedError if it does not
   */
  async requireVisible(env: NodeJS.ProcessEnv = process.env): Promise<void> {
    const inState = await stateResources(this.#terraform)
    const environment = inState.find(({ type }) => type === 'confluent_environment')
    const id = environment?.values.id
    if (environment === undefined || typeof id !== 'string') return
    const { stage, endpoint } = this.#settings
    const access = await environmentAccess({
      environmentId: id,
      endpoint,
      key: env.CONFLUENT_CLOUD_API_KEY?.trim() ?? '',
      secret: env.CONFLUENT_CLOUD_API_SECRET?.trim() ?? '',
    })
    requireAccess(access, {
      stage,
      environmentId: id,
      forget: forgetCommand(this.#terraform.command, [environment.address]),
    })
  }

  /**
   * Untaints what an interrupted deployment created completely, so that it is not created again. Returns the addresses.
   * @throws TerraformError
   */
  async settle(): Promise<string[]> {
    const complete = completeThoughTainted(await stateResources(this.#terraform)).map(
      ({ address }) => address,
    )
    for (const address of complete) await this.#terraform.succeed(['untaint', '-no-color', address], 'kept')
    return complete
  }

  /**
   * Shows the changes, and keeps the plan for `apply`. The caller discards the plan.
   * @throws TerraformError
   */
  async plan(options: PlanOptions = {}): Promise<Plan> {
    const { destroy = false, renew = [] } = options
    const plan = new Plan(this.#terraform, newPlanFolder())
    try {
      const renewed = await keysToReplace(this.#terraform, renew)
      // If a key of the provisioner was deleted, reading a topic fails before the new key is planned.
      const unread = renew.includes(PROVISIONER) ? ['-refresh=false'] : []
      const args = [
        ...(destroy ? ['-destroy'] : []),
        ...unread,
        ...renewed.map((address) => `-replace=${address}`),
      ]
      try {
        await plan.make(args)
      } catch (error) {
        if (renew.length === 0 && (await hasLostKey(this.#terraform).catch(() => false)))
          throw new TerraformError(
            `a key of the account ${PROVISIONER} was deleted, and nothing can be read without it: create new keys with: npm run deploy -- --stage ${this.#settings.stage} --renew ${PROVISIONER}`,
            { cause: error },
          )
        throw error
      }
      return plan
    } catch (error) {
      plan.discard()
      throw error
    }
  }

  /**
   * Refuses a harmful plan. Call it before the plan is applied.
   * @throws PlanRefusedError
   */
  async check(plan: Plan, options: PlanOptions = {}): Promise<void> {
    if (!plan.hasChanges && !options.destroy) return
    const { stage, protect } = this.#settings
    checkPlan({
      stage,
      changes: plan.hasChanges ? await plan.changes() : [],
      inState: await stateAddresses(this.#terraform),
      destroy: options.destroy ?? false,
      protect,
      command: this.#terraform.command,
    })
  }

  /**
   * Takes the schemas that a plan would delete out of the state, with their compatibilities. The registry keeps them
   * until the environment is destroyed: it refuses to delete a schema to which an older version of another one refers,
   * and the provider deletes latest versions only. Returns the subjects; if there are any, the plan is outdated.
   */
  async releaseSchemas(plan: Plan): Promise<string[]> {
    const released = (await plan.changes()).filter(
      ({ type, actions }) => REGISTERED.includes(type) && actions.length === 1 && actions[0] === 'delete',
    )
    if (released.length === 0) return []
    await this.#terraform.succeed(['state', 'rm', ...released.map(({ address }) => address)], 'kept')
    return [...new Set(released.filter(({ type }) => type === REGISTERED[0]).map(({ name }) => name))]
  }

  /**
   * Requires that a plan made after a confirmation takes away nothing more than the confirmed plan.
   * @throws PlanRefusedError
   */
  async requireWithin(plan: Plan, confirmed: Plan): Promise<void> {
    const named = new Set((await confirmed.losses()).map(({ type, name }) => `${type}.${name}`))
    const more = (await plan.losses())
      .map(({ type, name }) => `${type}.${name}`)
      .filter((one) => !named.has(one))
    if (more.length > 0)
      throw new PlanRefusedError(
        `something has changed: the plan would also delete ${more.join(', ')}; run this again`,
      )
  }

  /**
   * Applies exactly the changes that the plan showed.
   * @throws TerraformError if it fails half-way; topics that existed already are in the state then
   */
  async apply(plan: Plan): Promise<void> {
    const { code, output, errors } = await plan.apply()
    if (code === 0) return
    const imported = await this.#importTopics(output + errors)
    throw new TerraformError(
      imported.length > 0
        ? `not finished: ${imported.join(', ')} existed already and ${imported.length > 1 ? 'are' : 'is'} in the state now; run this again`
        : `not finished: terraform apply ended with ${code} (its output is above); fix the errors and run this again`,
    )
  }

  /** Terraform's outputs by name, secrets in clear text. */
  async outputs(): Promise<Readonly<Record<string, unknown>>> {
    const { output } = await this.#terraform.succeed(['output', '-json'], 'kept')
    const found = JSON.parse(output) as Record<string, { value: unknown }>
    return Object.fromEntries(Object.entries(found).map(([name, { value }]) => [name, value]))
  }

  async #importTopics(output: string): Promise<string[]> {
    if (!/already exists/.test(output)) return []
    const variables = importVariables(await stateResources(this.#terraform))
    if (variables === undefined) return []
    const imported: string[] = []
    for (const { address, importId } of existingTopics(output, variables.IMPORT_KAFKA_ID ?? '')) {
      const { code } = await this.#terraform.run(
        ['import', '-input=false', address, importId],
        'shown',
        variables,
      )
      if (code === 0) imported.push(address)
    }
    return imported
  }
}
