import { scriptVariables } from '../script-variables.ts'
import { readStatements } from '../scripts.ts'
import { LEFT_OPEN } from './cluster-options.ts'
import { type FlinkScripts, readJobs } from './read-jobs.ts'

const FOLDER = new URL('./', import.meta.url)

/** The scripts of a folder, by default those beside this file, for a retention. */
export function flinkScripts(retention: string, folder = FOLDER): FlinkScripts {
  return readJobs([...readStatements(folder, retention, { ...scriptVariables(), ...LEFT_OPEN })])
}
