import type { Command } from 'commander'
import type { Account } from '../../catalog/applications.ts'
import { applications, PROVISIONER } from '../../catalog/applications.ts'
import type { Deployment, Plan, PlanOptions } from '../../infra/deploy/deployment.ts'
import {
  type Flags,
  flagOf,
  readSettings,
  SETTINGS,
  type SettingName,
  type Settings,
  variableOf,
} from '../../infra/settings/settings.ts'
import { group } from '../options/group.ts'
import { ask, confirm } from '../terminal/confirm.ts'
import { EXIT } from '../terminal/exit.ts'
import { say } from '../terminal/log.ts'
import { print, printJson } from '../terminal/output.ts'
import { deletionSummary } from './deletion-summary.ts'

interface DeployOptions extends Flags {
  yes?: true
  renew?: string[]
}

interface DestroyOptions extends Flags {
  yes?: true
  confirm?: string
}

const KEYS = `
Set the API key of Confluent Cloud in CONFLUENT_CLOUD_API_KEY and CONFLUENT_CLOUD_API_SECRET. Each
setting can also come from the variable in parentheses. See docs/operations.md for more.`

export function infraCommand(program: Command): void {
  const command = group(program, 'infra', 'plan, deploy and destroy Playstream in Confluent Cloud')

  withSettings(
    command.command('synth').description('write the stack as JSON for Terraform, without a network'),
  )
    .option('--json', 'print the name and folder of the stack as JSON')
    .addHelpText('after', '\nExample:\n  playstream infra synth --stage prod --cluster standard')
    .action((options: Flags & { json?: true }) => synth(options))

  withSettings(command.command('plan').description('show what deploy would change'))
    .addHelpText('after', `${KEYS}\n\nExample:\n  playstream infra plan --sql ksqldb`)
    .action((options: Flags) => plan(options))

  const deploying = withSettings(
    command
      .command('deploy')
      .description('show the plan, ask for confirmation, apply it, and write the profile `cloud`'),
  )
    .option('--renew <account...>', 'replace the keys of these accounts; the old keys stop working')
    .option('--yes', 'do not ask for confirmation')
    .addHelpText(
      'after',
      `${KEYS}\n\nExamples:\n  playstream infra deploy\n  playstream infra deploy --stage prod --cluster standard --yes\n  playstream infra deploy --renew game-producer`,
    )
  deploying.action((options: DeployOptions) => deploy(deploying, options))

  const destroying = withSettings(
    command
      .command('destroy')
      .description('delete a stage with all its records, after asking for the name of the stage'),
  )
    .option('--yes', 'do not ask; needs --confirm')
    .option('--confirm <stage>', 'the name of the stage to destroy, as a safeguard for --yes')
    .addHelpText(
      'after',
      `${KEYS}\n\nExamples:\n  playstream infra destroy\n  playstream infra destroy --stage staging --yes --confirm staging`,
    )
  destroying.action((options: DestroyOptions) => destroy(destroying, options))
}

function withSettings(command: Command): Command {
  for (const name of Object.keys(SETTINGS) as SettingName[]) {
    const setting: { description: string; values?: readonly string[] } = SETTINGS[name]
    const values = setting.values ? `: ${setting.values.join(', ')}` : ''
    command.option(`${flagOf(name)} <value>`, `${setting.description}${values} (${variableOf(name)})`)
  }
  return command
}

async function synth(options: Flags & { json?: true }): Promise<void> {
  const { synthesize } = await import('../../infra/deploy/synthesize.ts')
  const { keepPrivate } = await import('../../infra/deploy/private-files.ts')
  const settings = read(options)
  const synthesized = synthesize(settings)
  keepPrivate(settings, synthesized)
  const { stack, folder } = synthesized
  if (options.json) printJson({ stack, folder })
  else print(`${folder}/cdk.tf.json`)
}

async function plan(options: Flags): Promise<void> {
  const deployment = await prepare(read(options))
  await settle(deployment)
  const made = await deployment.plan()
  try {
    await deployment.check(made)
  } finally {
    made.discard()
  }
}

async function deploy(command: Command, options: DeployOptions): Promise<void> {
  const settings = read(options)
  const renew = accountsOf(command, options.renew ?? [])
  if (!options.yes && !process.stdin.isTTY)
    command.error('deploy changes the cloud, and there is no terminal to ask for confirmation: add --yes')
  const deployment = await prepare(settings)
  await settle(deployment)
  const made = await deployment.plan({ renew })
  try {
    await deployment.check(made)
    if (
      made.hasChanges &&
      !(options.yes ?? (await confirm(`Apply these changes to the stage ${settings.stage}?`)))
    ) {
      say('nothing was changed')
      process.exitCode = EXIT.failed
      return
    }
    await applyAndWriteProfile(deployment, made, renew)
  } finally {
    made.discard()
  }
}

/** Applies the plan, if it has changes, and writes the profile in any case, because this machine may lack it. */
async function applyAndWriteProfile(
  deployment: Deployment,
  made: Plan,
  renew: readonly Account[],
): Promise<void> {
  const { profileOf, writeProfile } = await import('../../infra/deploy/profile-file.ts')
  if (made.hasChanges) {
    const released = await deployment.releaseSchemas(made)
    if (released.length > 0)
      say(`kept in the registry, because old records need them: ${released.join(', ')}`)
    await applyWithout(released, deployment, made, { renew })
  }
  const profile = profileOf(await deployment.outputs())
  const file = writeProfile(profile)
  print(`the stage ${profile.stage} is at ${profile.bootstrapServers.join(',')}; profile written to ${file}`)
  say('try it: playstream --profile cloud profile check')
}

async function destroy(command: Command, options: DestroyOptions): Promise<void> {
  const settings = read(options)
  const { stage } = settings
  if (settings.protect)
    command.error(`the stage ${stage} is protected: add --protect off to destroy it anyway`)
  if (options.confirm !== undefined && options.confirm !== stage)
    command.error(`--confirm is '${options.confirm}', but the stage to destroy is '${stage}' (--stage)`)
  if (options.yes && options.confirm === undefined)
    command.error(`--yes needs the name of the stage: add --confirm ${stage}`)
  if (!options.yes && !process.stdin.isTTY)
    command.error(
      `destroy asks for the name of the stage, and there is no terminal to ask: add --yes --confirm ${stage}`,
    )
  const deployment = await prepare(settings)
  const made = await deployment.plan({ destroy: true })
  try {
    await deployment.check(made, { destroy: true })
    if (!made.hasChanges) {
      print(`nothing to destroy: the stage ${stage} does not exist`)
      return
    }
    say(deletionSummary(stage, await made.losses()))
    if (!options.yes && (await ask(`Type the name of the stage to destroy it: `)) !== stage) {
      say('nothing was destroyed')
      process.exitCode = EXIT.failed
      return
    }
    await applyWithout(await deployment.releaseSchemas(made), deployment, made, { destroy: true })
    const { removeProfile } = await import('../../infra/deploy/profile-file.ts')
    removeProfile(stage)
    print(`the stage ${stage} is destroyed`)
  } finally {
    made.discard()
  }
}

/** Applies a plan. When schemas were released after planning, plans again without them and applies that. */
async function applyWithout(
  released: readonly string[],
  deployment: Deployment,
  made: Plan,
  options: PlanOptions,
): Promise<void> {
  if (released.length === 0) return deployment.apply(made)
  const again = await deployment.plan(options)
  try {
    await deployment.check(again, options)
    await deployment.requireWithin(again, made)
    if (again.hasChanges) await deployment.apply(again)
  } finally {
    again.discard()
  }
}

/** Adopts what an interrupted deployment has completed, so that it is not created twice. */
async function settle(deployment: Deployment): Promise<void> {
  const settled = await deployment.settle()
  if (settled.length > 0) say(`created by an interrupted deployment, and kept: ${settled.join(', ')}`)
}

function read(flags: Flags): Settings {
  const settings = readSettings(flags, process.env)
  for (const line of settings.warnings) say(`warning: ${line}`)
  return settings
}

async function prepare(settings: Settings): Promise<Deployment> {
  // cdktf takes a third of a second to load, so only the commands that need it load it.
  const { Deployment: Stage } = await import('../../infra/deploy/deployment.ts')
  const { requireCloudKey } = await import('../../infra/deploy/cloud-key.ts')
  requireCloudKey(process.env)
  say(`preparing the stage ${settings.stage} ...`)
  const deployment = await Stage.prepare(settings)
  await deployment.requireVisible()
  return deployment
}

function accountsOf(command: Command, names: readonly string[]): Account[] {
  const accounts: string[] = [...Object.keys(applications), PROVISIONER]
  const unknown = names.filter((name) => !accounts.includes(name))
  if (unknown.length > 0)
    command.error(`unknown account '${unknown.join("', '")}'; choose from: ${accounts.join(', ')}`)
  return names as Account[]
}
