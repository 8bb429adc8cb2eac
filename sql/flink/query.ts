import type { QueryEvent, QueryOptions } from '../apply/engine.ts'
import type { Session } from './session.ts'

/** The meaning of a row that is not a plain INSERT: a changing result marks each row in its own column. */
const CHANGE = 'op'

/**
 * Runs a SELECT and yields its rows as they arrive. Leaving the loop ends its job. A changing result has the kind of
 * change as its first column: +I, -U, +U or -D.
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
