import type { SqlObject } from '../scripts/object.ts'
import { CATALOG, type Place } from '../scripts/place.ts'
import { scriptVariables } from '../scripts/script-variables.ts'
import { readStatements } from '../scripts/scripts.ts'
import { LEFT_OPEN } from './cluster-options.ts'
import { type FlinkScripts, readJobs } from './read-jobs.ts'

const FOLDER = new URL('./', import.meta.url)

/** The scripts of a folder, by default of this one, for a retention, in the catalog's place by default. */
export function flinkScripts(retention: string, place: Place = CATALOG, folder = FOLDER): FlinkScripts {
  const statements = readStatements(folder, retention, { ...scriptVariables(place), ...LEFT_OPEN })
  return readJobs([...statements].map((statement) => ({ ...statement, text: place.named(statement.text) })))
}

/** The scripts' declarations and inserts for the flowchart: a table as a box, with an arrow from or to its topic. */
export function flinkPicture({ declarations, inserts }: FlinkScripts): SqlObject[] {
  const filled = new Set(inserts.map(({ into }) => into))
  const drawn = { dependsOn: [], columns: undefined, hash: '' }
  return [
    ...declarations.map(
      ({ name, statement, topic, reads }): SqlObject => ({
        ...drawn,
        name,
        kind: 'stream',
        statement,
        reads,
        writes: name,
        topic,
        runsQuery: filled.has(name),
      }),
    ),
    ...inserts.map(
      ({ job, statement, into, reads }): SqlObject => ({
        ...drawn,
        name: job,
        kind: 'insert',
        statement,
        reads,
        writes: into,
        topic: undefined,
        runsQuery: true,
      }),
    ),
  ]
}
