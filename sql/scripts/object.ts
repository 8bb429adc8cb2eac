import { createHash } from 'node:crypto'
import type { Statement } from '../statement.ts'
import { tokens } from './token.ts'

/** The result of one statement in a script: a stream, a table, or a query that inserts into a stream. */
export interface SqlObject {
  /** The stream's or table's name; the query's own name for an insert. */
  readonly name: string
  readonly kind: 'stream' | 'table' | 'insert'
  readonly statement: Statement
  /** Of the statement's tokens: comments and line breaks do not change it. */
  readonly hash: string
  /** Whether it has a query that runs until it is ended, or only gives a topic columns. */
  readonly runsQuery: boolean
  /** The streams and tables that its query reads. */
  readonly reads: readonly string[]
  /** The stream or table that its query writes: itself, except for inserts. */
  readonly writes: string
  /** The topic behind it; undefined for an insert. */
  readonly topic: string | undefined
  /** The objects that must be created before it and dropped after it. */
  readonly dependsOn: readonly string[]
  /** The columns that can be extended in place; undefined if none can. */
  readonly columns: Columns | undefined
  /** For a Flink job: its statements and topics. */
  readonly job?: FlinkJob
}

/** A job, which consists of several statements. */
export interface FlinkJob {
  /** All statements of its session: declarations, settings, inserts. */
  readonly session: readonly Statement[]
  readonly readsTopics: readonly string[]
  readonly fillsTopics: readonly string[]
}

/** The topics that an object's query fills, and that must be emptied before it starts from the beginning. */
export function filledBy({ runsQuery, topic, job }: SqlObject): readonly string[] {
  if (job) return job.fillsTopics
  return runsQuery && topic !== undefined ? [topic] : []
}

/** A statement split at its list of columns. */
export interface Columns {
  readonly list: readonly string[]
  /** The statement without the list. */
  readonly rest: string
}

export function hashOf(statement: string): string {
  return createHash('sha256').update(words(statement)).digest('hex').slice(0, 16)
}

/** A statement's tokens, with one blank for any whitespace. */
function words(statement: string): string {
  return tokens('statement', statement)
    .map(({ kind, text }) => (kind === 'space' ? ' ' : text))
    .join('')
    .trim()
}

/** Whether a statement equals another one but for columns added at the end. */
export function addsColumns(from: Columns | undefined, to: Columns | undefined): boolean {
  if (!from || !to || from.rest !== to.rest || to.list.length <= from.list.length) return false
  return from.list.every((column, index) => column === to.list[index])
}
