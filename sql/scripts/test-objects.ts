import { ENGINES } from '../engines.ts'
import { readObject } from '../ksqldb/read-object.ts'
import type { Retention } from '../retention.ts'
import type { SqlObject } from './object.ts'
import { splitStatements } from './split.ts'
import { substitute, type Variables } from './variables.ts'

/** The objects of one script, given as a text. */
export function objectsOf(text: string, variables: Variables = {}): SqlObject[] {
  const objects: SqlObject[] = []
  for (const raw of splitStatements('01-test.sql', text)) {
    const statement = { file: raw.file, line: raw.line, text: substitute(raw, variables) }
    objects.push(readObject(statement, objects))
  }
  return objects
}

/** The objects of ksqlDB's own scripts. */
export function ksqlDbScripts(retention: Retention): SqlObject[] {
  return ENGINES.ksqldb.objects(retention)
}
