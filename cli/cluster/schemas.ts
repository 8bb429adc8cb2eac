import type { Command } from 'commander'
import { PROVISIONER } from '../../catalog/applications.ts'
import { schemas } from '../../catalog/schemas.ts'
import { applySchemaChange, planSchemas, type SchemaChange } from '../../kafka/provision/schema-admin.ts'
import { Registry } from '../../kafka/registry/registry.ts'
import { group } from '../options/group.ts'
import { profileOf } from '../options/profile-option.ts'
import { say } from '../terminal/log.ts'
import { print, printJson, table } from '../terminal/output.ts'
import { applyChanges } from './apply-changes.ts'

interface Options {
  allowDelete?: true
  dryRun?: true
  json?: true
}

export function schemasCommand(program: Command): void {
  const command = group(
    program,
    'schemas',
    'the catalog’s schemas, and the difference between them and a registry',
  )
  command
    .command('list')
    .description('the schemas of the catalog')
    .option('--json', 'print them as JSON')
    .addHelpText('after', '\nExample:\n  playstream schemas list')
    .action((options: Options) => list(options))
  command
    .command('diff')
    .description('what apply would register, and whether it is compatible; exit 3 where there is anything')
    .option('--allow-delete', 'count the registry’s subjects that the catalog does not declare')
    .option('--json', 'print it as JSON')
    .addHelpText('after', '\nExample:\n  playstream schemas diff')
    .action((options: Options) => run(command, options, false))
  command
    .command('apply')
    .description('register what the registry lacks; an incompatible schema is refused')
    .option('--dry-run', 'only print the changes')
    .option('--allow-delete', 'delete the subjects that the catalog does not declare')
    .option('--json', 'print what was done as JSON')
    .addHelpText('after', '\nExamples:\n  playstream schemas apply --dry-run\n  playstream schemas apply')
    .action((options: Options) => run(command, options, !options.dryRun))
}

function list(options: Options): void {
  if (options.json) {
    printJson(schemas)
    return
  }
  const rows = schemas.map(({ subject, type, compatibility, references }) => [
    subject,
    type,
    compatibility,
    references.map((reference) => reference.subject).join(', ') || '-',
  ])
  print(table([['subject', 'type', 'compatibility', 'refers to'], ...rows]))
}

async function run(command: Command, options: Options, apply: boolean): Promise<void> {
  const registry = new Registry(profileOf(command, PROVISIONER))
  const plan = await planSchemas(schemas, registry, { allowDelete: options.allowDelete ?? false })
  for (const { subject, version, latest } of plan.superseded) {
    say(
      `${subject}: the catalog’s is version ${version}; another client has registered up to version ${latest}`,
    )
  }
  await applyChanges({
    changes: plan.changes.map((change) => ({
      line: lineOf(change),
      apply: () => applySchemaChange(registry, schemas, change),
      data:
        change.kind === 'delete'
          ? { kind: change.kind, subject: change.subject }
          : {
              kind: change.kind,
              subject: change.schema.subject,
              incompatibilities: change.incompatibilities,
            },
    })),
    undeclared: plan.undeclared,
    mode: apply ? 'apply' : options.dryRun ? 'dry-run' : 'diff',
    json: options.json ?? false,
  })
}

function lineOf(change: SchemaChange): string {
  if (change.kind === 'delete') return `- ${change.subject}: delete every version`
  const { schema, from, incompatibilities } = change
  if (incompatibilities.length > 0) {
    return `! ${schema.subject}: not ${schema.compatibility} compatible with version ${from}: ${incompatibilities.join('; ')}`
  }
  return from === undefined
    ? `+ ${schema.subject}: register`
    : `~ ${schema.subject}: register a version after ${from}`
}
