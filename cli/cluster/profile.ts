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
  const command = group(program, 'profile', 'the clusters that --profile can name')
  command
    .command('list')
    .description('the profiles that can be used here')
    .option('--json', 'print them as JSON')
    .addHelpText('after', '\nExample:\n  playstream profile list')
    .action((options: { json?: true }) => list(options.json ?? false))

  const show = command
    .command('show')
    .argument('[name]', 'a profile; the one of --profile by default', profileName)
    .description('where a profile leads, and the keys that it has; secrets are masked')
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExample:\n  playstream profile show cloud')
  show.action((name: string | undefined, options: { json?: true }) =>
    showOne(name ?? profileNameOf(show), options.json ?? false),
  )

  const check = command
    .command('check')
    .argument('[name]', 'a profile; the one of --profile by default', profileName)
    .description('connect to the broker and the registry with each account’s keys; exit 1 where one fails')
    .option('--json', 'print the outcome as JSON')
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
  // What is wrong with all of them alike is one line.
  const alike = Map.groupBy(results, ({ service, problem }) => `${service}: ${problem ?? ''}`)
  for (const same of alike.values()) {
    const [{ service, problem } = { service: '', problem: undefined }] = same
    const accounts = same.flatMap(({ account }) => account ?? [])
    const who = accounts.length > 0 ? ` as ${accounts.join(', ')}` : ''
    print(problem === undefined ? `ok      ${service}${who}` : `failed  ${service}${who}: ${problem}`)
  }
}
