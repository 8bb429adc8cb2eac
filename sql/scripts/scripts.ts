import { readdirSync, readFileSync } from 'node:fs'
import { ScriptError } from '../errors.ts'
import type { Statement } from '../statement.ts'
import type { SqlObject } from './object.ts'
import { splitStatements } from './split.ts'
import { substitute, type Variables } from './variables.ts'

/** Reads an object from a statement, given the objects before it. */
export type ReadObject = (statement: Statement, before: readonly SqlObject[]) => SqlObject

/** A script: `NN-name.sql`, or `NN-name.variant.sql`, of which one variant is used. */
const NAME = /^\d\d-[a-z0-9-]+(?:\.(?<variant>[a-z-]+))?\.sql$/

/**
 * The objects of a folder's scripts, in order: of scripts without a variant, and of this variant.
 * @param named renames the objects in a statement
 * @throws ScriptError that names the file and line of the mistake
 */
export function readScripts(
  folder: URL,
  variant: string,
  variables: Variables,
  read: ReadObject,
  named: (statement: string) => string = (statement) => statement,
): SqlObject[] {
  const objects: SqlObject[] = []
  for (const statement of readStatements(folder, variant, variables))
    objects.push(read({ ...statement, text: named(statement.text) }, objects))
  return objects
}

/**
 * The statements of a folder's scripts, with variables substituted.
 * @throws ScriptError that names the file and line of the mistake
 */
export function* readStatements(folder: URL, variant: string, variables: Variables): Generator<Statement> {
  for (const file of readdirSync(folder).sort()) {
    if (!file.endsWith('.sql')) continue
    const match = NAME.exec(file)
    if (!match)
      throw new ScriptError(
        { file, line: 1 },
        'a script is named NN-name.sql, NN being its place in the order',
      )
    if (match.groups?.variant !== undefined && match.groups.variant !== variant) continue
    for (const raw of splitStatements(file, readFileSync(new URL(file, folder), 'utf8')))
      yield { file, line: raw.line, text: substitute(raw, variables) }
  }
}
