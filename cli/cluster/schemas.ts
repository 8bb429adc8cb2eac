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
    'the schemas of the catalog, and how a schema registry differs from them',
  )
  command
    .command('list')
    .description('list the schemas of the catalog')
    .option('--json', 'print the schemas as JSON')
    .addHelpText('after', '\nExample:\n  playstream schemas list')
    .action((options: Options) => list(options))
  command
    .command('diff')
    .description('show what apply would register and whether it is compatible; exit 3 if there are changes')
    .option('--allow-delete', 'also show subjects that apply --allow-delete would delete')
    .option('--json', 'print the changes as JSON')
    .addHelpText('after', '\nExample:\n  playstream schemas diff')
    .action((options: Options) => run(command, options, false))
  command
    .command('apply')
    .description('register the schemas that the registry lacks, except incompatible ones')
    .option('--dry-run', 'print the changes without applying them')
    .option('--allow-delete', 'delete subjects that are not in the catalog')
    .option('--json', 'print the applied changes as JSON')
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
      `${subject}: the catalog’s schema is version ${version}, but another client has registered version ${latest}`,
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
    return `! ${schema.subject}: not ${schema.compatibility}-compatible with version ${from}: ${incompatibilities.join('; ')}`
  }
  return from === undefined
    ? `+ ${schema.subject}: register`
    : `~ ${schema.subject}: register a new version after version ${from}`
}
