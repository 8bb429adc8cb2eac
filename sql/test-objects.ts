import { readObject } from './ksqldb/read-object.ts'
import type { SqlObject } from './object.ts'
import { scriptVariables } from './script-variables.ts'
import { readScripts } from './scripts.ts'
import { splitStatements } from './split.ts'
import { substitute, type Variables } from './variables.ts'

/** What one script makes, given as a text. */
export function objectsOf(text: string, variables: Variables = {}): SqlObject[] {
  const objects: SqlObject[] = []
  for (const raw of splitStatements('01-test.sql', text)) {
    const statement = { file: raw.file, line: raw.line, text: substitute(raw, variables) }
    objects.push(readObject(statement, objects))
  }
  return objects
}

export const KSQLDB_SCRIPTS = new URL('ksqldb/', import.meta.url).pathname

export function ksqlDbScripts(variant: 'forever' | 'sliding'): SqlObject[] {
  return readScripts(KSQLDB_SCRIPTS, variant, scriptVariables(), readObject)
}
