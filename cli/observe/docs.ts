import { writeFileSync } from 'node:fs'
import type { Command } from 'commander'
import { catalog } from '../../catalog/catalog.ts'
import { ProfileError } from '../../kafka/errors.ts'
import type { Profile } from '../../kafka/profile/profile.ts'
import { asyncApi } from '../../observability/documents/asyncapi.ts'
import { group } from '../options/group.ts'
import { profileOf } from '../options/profile-option.ts'
import { say } from '../terminal/log.ts'
import { print } from '../terminal/output.ts'

export function docsCommand(program: Command): void {
  const command = group(program, 'docs', 'documents that are derived from the catalog')
  command
    .command('asyncapi')
    .description('all topics, their schemas, writers and readers as an AsyncAPI 3.0 document')
    .option('--out <file>', 'write it to this file instead of standard output')
    .addHelpText(
      'after',
      `
The servers of the document are those of the profile, without credentials. Nothing is asked of them.

Examples:
  playstream docs asyncapi --out asyncapi.json
  playstream --profile cloud docs asyncapi`,
    )
    .action((options: { out?: string }, verb: Command) => writeAsyncApi(program, verb, options.out))
}

function writeAsyncApi(program: Command, verb: Command, out: string | undefined): void {
  const document = asyncApi(catalog, {
    version: program.version() ?? '',
    profile: profileIfDefined(verb),
  })
  const text = JSON.stringify(document, null, 2)
  if (out === undefined) print(text)
  else writeFileSync(out, `${text}\n`)
}

/** A document without servers is still of use. */
function profileIfDefined(verb: Command): Profile | undefined {
  try {
    return profileOf(verb, 'dashboard')
  } catch (error) {
    if (!(error instanceof ProfileError)) throw error
    say(`playstream: ${error.message}; the document names no servers`)
    return undefined
  }
}
