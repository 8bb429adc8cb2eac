import type { QueryEvent, QueryOptions } from '../apply/engine.ts'
import type { Session } from './session.ts'

/** What a row that is no plain INSERT is: a result that changes says so of each row, in a column of its own. */
const CHANGE = 'op'

/**
 * Runs a SELECT and gives its rows as they come. Ending the loop ends its job. A result that changes has a first column
 * that says how: +I, -U, +U or -D.
 */
export async function* query(
  session: Session,
  sql: string,
  { signal }: QueryOptions,
): AsyncGenerator<QueryEvent> {
  const statement = sql.trim().replace(/;$/, '')
  let isFirst = true
  try {
    for await (const { columns, rows } of session.stream(statement, signal)) {
      if (isFirst && columns.length > 0) yield { kind: 'columns', columns: [CHANGE, ...columns] }
      isFirst &&= columns.length === 0
      for (const { kind, fields } of rows) yield { kind: 'row', values: [SIGNS[kind] ?? kind, ...fields] }
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
}

const SIGNS: Readonly<Record<string, string>> = {
  INSERT: '+I',
  UPDATE_BEFORE: '-U',
  UPDATE_AFTER: '+U',
  DELETE: '-D',
}
