import { createHash } from 'node:crypto'
import type { Statement } from '../statement.ts'
import { tokens } from './token.ts'

/** What one statement of a script makes: a stream, a table, or a query that adds to a stream. */
export interface SqlObject {
  /** The stream's or table's name; of a query that inserts, its own. */
  readonly name: string
  readonly kind: 'stream' | 'table' | 'insert'
  readonly statement: Statement
  /** Of the statement's words: comments and line breaks do not change it. */
  readonly hash: string
  /** Whether it comes with a query that runs until it is ended, and not only gives a topic columns. */
  readonly runsQuery: boolean
  /** The streams and tables that its query reads. */
  readonly reads: readonly string[]
  /** The stream or table that its query writes, which for all but inserts is itself. */
  readonly writes: string
  /** The topic behind it; undefined for an insert. */
  readonly topic: string | undefined
  /** The names of the objects that have to be there first, and cannot go before this one has gone. */
  readonly dependsOn: readonly string[]
  /** What of it may grow in place; undefined where nothing may. */
  readonly columns: Columns | undefined
  /** Of a job of Flink's: what it takes. */
  readonly job?: FlinkJob
}

/** What a job is made of, which is more than one statement. */
export interface FlinkJob {
  /** All that is sent for it, in one session: what it needs declared, its settings, its inserts. */
  readonly session: readonly Statement[]
  readonly readsTopics: readonly string[]
  readonly fillsTopics: readonly string[]
}

/** The topics that an object's query fills, and that have to be emptied before it begins anew. */
export function filledBy({ runsQuery, topic, job }: SqlObject): readonly string[] {
  if (job) return job.fillsTopics
  return runsQuery && topic !== undefined ? [topic] : []
}

/** A statement taken apart at its list of columns. */
export interface Columns {
  readonly list: readonly string[]
  /** All of the statement but the list. */
  readonly rest: string
}

export function hashOf(statement: string): string {
  return createHash('sha256').update(words(statement)).digest('hex').slice(0, 16)
}

/** A statement's words and signs with one blank between those that had any. */
function words(statement: string): string {
  return tokens('statement', statement)
    .map(({ kind, text }) => (kind === 'space' ? ' ' : text))
    .join('')
    .trim()
}

/** Whether a statement is another one with columns added at the end, and no other change. */
export function addsColumns(from: Columns | undefined, to: Columns | undefined): boolean {
  if (!from || !to || from.rest !== to.rest || to.list.length <= from.list.length) return false
  return from.list.every((column, index) => column === to.list[index])
}
