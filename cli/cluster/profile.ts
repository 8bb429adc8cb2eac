import type { Command } from 'commander'
import { ACCOUNT_FIELDS, SHARED_FIELDS } from '../../kafka/profile/fields.ts'
import { describeProfile, profileNames } from '../../kafka/profile/profiles.ts'
import { labelled } from '../../kafka/profile/read-fields.ts'
import { checkProfile } from '../../kafka/provision/check-profile.ts'
import { group } from '../options/group.ts'
import { profileName, profileNameOf } from '../options/profile-option.ts'
import { EXIT } from '../terminal/exit.ts'
import { print, printJson, table } from '../terminal/output.ts'

export function profileCommand(program: Command): void {
  const command = group(program, 'profile', 'the clusters that --profile can select')
  command
    .command('list')
    .description('list the profiles that are available on this machine')
    .option('--json', 'print the profiles as JSON')
    .addHelpText('after', '\nExample:\n  playstream profile list')
    .action((options: { json?: true }) => list(options.json ?? false))

  const show = command
    .command('show')
    .argument('[name]', 'the profile (default: the one of --profile)', profileName)
    .description('show the addresses and keys of a profile, with secrets masked')
    .option('--json', 'print the profile as JSON')
    .addHelpText('after', '\nExample:\n  playstream profile show cloud')
  show.action((name: string | undefined, options: { json?: true }) =>
    showOne(name ?? profileNameOf(show), options.json ?? false),
  )

  const check = command
    .command('check')
    .argument('[name]', 'the profile (default: the one of --profile)', profileName)
    .description(
      'connect to Kafka and the schema registry with the keys of each account; exit 1 if any connection fails',
    )
    .option('--json', 'print the result of each check as JSON')
    .addHelpText('after', '\nExamples:\n  playstream profile check\n  playstream profile check cloud --json')
  check.action((name: string | undefined, options: { json?: true }) =>
    checkOne(name ?? profileNameOf(check), options.json ?? false),
  )
}

function list(json: boolean): void {
  const found = profileNames().map((name) => {
    try {
      return { name, ...describeProfile(name) }
    } catch (error) {
      return { name, problem: (error as Error).message }
    }
  })
  if (json) {
    printJson(found)
    return
  }
  const rows = found.map((one) =>
    'problem' in one ? [one.name, '-', one.problem] : [one.name, one.bootstrapServers.join(','), one.source],
  )
  print(table([['profile', 'Kafka', 'from'], ...rows]))
}

function showOne(name: string, json: boolean): void {
  const description = describeProfile(name)
  const { source, accounts, ...shared } = description
  if (json) {
    printJson({ name, ...description })
    return
  }
  print(table([['profile', `${name}, from ${source}`], ...labelled(SHARED_FIELDS, shared)]))
  const rows = accounts.map(
    (one) => [one.account ?? 'everyone', new Map(labelled(ACCOUNT_FIELDS, one))] as const,
  )
  const labels = [...new Set(rows.flatMap(([, own]) => [...own.keys()]))]
  const cells = rows.map(([who, own]) => [who, ...labels.map((label) => own.get(label) ?? 'none')])
  if (labels.length > 0) print(`\n${table([['account', ...labels], ...cells])}`)
}

async function checkOne(name: string, json: boolean): Promise<void> {
  const results = await checkProfile(name)
  const failed = results.filter(({ problem }) => problem !== undefined)
  if (failed.length > 0) process.exitCode = EXIT.failed
  if (json) {
    printJson({ name, ok: failed.length === 0, checks: results })
    return
  }
  // Accounts with the same result share one line.
  const alike = Map.groupBy(results, ({ service, problem }) => `${service}: ${problem ?? ''}`)
  for (const same of alike.values()) {
    const [{ service, problem } = { service: '', problem: undefined }] = same
    const accounts = same.flatMap(({ account }) => account ?? [])
    const who = accounts.length > 0 ? ` as ${accounts.join(', ')}` : ''
    print(problem === undefined ? `ok      ${service}${who}` : `failed  ${service}${who}: ${problem}`)
  }
}
