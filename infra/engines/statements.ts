import { existsSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { scriptVariables } from '../../sql/scripts/script-variables.ts'
import { readStatements as readScripts } from '../../sql/scripts/scripts.ts'

/** A statement of Flink SQL. */
export interface Statement {
  /** From its file and its position in the file: `10-dedup-1`. */
  readonly name: string
  readonly sql: string
}

/** The retention whose scripts run in Confluent Cloud. */
const RETENTION = 'sliding'

/**
 * The statements of a folder's scripts in the order of the file names, read as the applier reads them: variables
 * substituted, comments removed, and here without the semicolon. Empty if the folder does not exist.
 * @throws ScriptError that names the file and line
 */
export function readStatements(folder: string): Statement[] {
  if (!existsSync(folder)) return []
  const places = new Map<string, number>()
  return [...readScripts(pathToFileURL(`${folder}/`), RETENTION, scriptVariables())].map(({ file, text }) => {
    const place = (places.get(file) ?? 0) + 1
    places.set(file, place)
    const base = file.slice(0, -'.sql'.length).replaceAll('.', '-')
    return { name: `${base}-${place}`, sql: text.replace(/;$/, '') }
  })
}
