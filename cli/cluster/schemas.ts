import type { Command } from 'commander'
import { PROVISIONER } from '../../catalog/applications.ts'
import { schemas } from '../../catalog/schemas.ts'
import { applySchemaChange, planSchemas, type SchemaChange } from '../../kafka/provision/schema-admin.ts'
import { Registry } from '../../kafka/registry/registry.ts'
import { group } from '../options/group.ts'
import { profileOf } from '../options/profile-option.ts'
import { say } from '../terminal/log.ts'
import { print, printJson, table } from '../terminal/output.ts'
import { applyChanges, type ChangeSet } from './apply-changes.ts'
import { type ApplyOptions, type ApplyTexts, addDiffAndApply } from './diff-and-apply.ts'

const TEXTS: ApplyTexts = {
  resources: 'schemas',
  diff: 'show what apply would register and whether it is compatible',
  apply: 'register the schemas that the registry lacks, except incompatible ones',
  deletes: 'subjects',
  contents: 'versions',
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
    .action((options: ApplyOptions) => list(options))
  addDiffAndApply(command, TEXTS, run)
}

function list(options: ApplyOptions): void {
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

async function run(command: Command, options: ApplyOptions, mode: ChangeSet['mode']): Promise<void> {
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
    mode,
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
